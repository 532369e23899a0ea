/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Moments in definitions. What a view, a default, a CHECK or a generated column says is kept as text and
 * read again by sessions that write dates in another order, or live in another time zone. So what is
 * written there as a date or a timestamp is read once, as the session that defines it reads it, and
 * the text gets the form that everybody reads alike: '2020-04-03'.
 *
 * A text that becomes a moment only when it runs, such as a column's, is read as who runs it has set.
 */
#include "query/ddl/ddl.h"

#include "query/eval/eval.h"
#include "query/parse/lex.h"

static bool is_moment(const struct bound *cast)
{
	return cast->type.kind == TYPE_DATE || cast->type.kind == TYPE_TIMESTAMP ||
	       cast->type.kind == TYPE_TIMESTAMPTZ;
}

/* The cast of this very literal; NULL if it becomes no moment. */
static const struct bound *cast_of(
	const struct bind_literals *all, const struct token *t, struct str text)
{
	for (uint32_t i = 0; i < all->count; i++) {
		const struct bound *literal = all->items[i]->args[0];

		if (literal->at == t->at && is_moment(all->items[i]) &&
			literal->value.type == VALUE_STRING &&
			str_equal(value_str(literal->value), text))
			return all->items[i];
	}
	return NULL;
}

/* False if it cannot be read: whoever uses the definition learns so. */
static bool put_moment(struct ddl *d, struct buf *to, const struct bound *cast)
{
	struct eval eval = {
		.arena = d->arena, .lasting = d->arena, .settings = d->options.settings
	};
	struct error ignored;
	struct value made;
	enum sqlstate rc = eval_value(&eval, cast, NULL, 0, &made, &ignored);

	if (rc == OK) {
		buf_put_byte(to, '\'');
		value_put_text(to, made);
		buf_put_byte(to, '\'');
	}
	eval_end(&eval);
	return rc == OK;
}

void ddl_moments_begin(struct ddl *d, struct bind_literals *noted)
{
	*noted = (struct bind_literals){ .arena = d->arena };
	d->options.literals = noted;
}

struct str ddl_moments_end(struct ddl *d, struct str text)
{
	const struct bind_literals *noted = d->options.literals;
	struct buf made = { 0 };
	struct error ignored;
	struct lexer l;
	uint32_t done = 0;
	struct str out;

	d->options.literals = NULL;
	lex_open(&l, text);
	for (struct token t = lex_next(&l, &ignored);
		t.kind != TOKEN_END && t.kind != TOKEN_BAD; t = lex_next(&l, &ignored)) {
		const struct bound *cast = NULL;
		struct str said;

		if (t.kind == TOKEN_STRING && lex_text(&l, d->arena, &t, &said, &ignored) == OK)
			cast = cast_of(noted, &t, said);
		if (cast == NULL)
			continue;
		buf_put(&made, text.at + done, t.at - done);
		done = t.at;
		if (put_moment(d, &made, cast))
			done += t.length;
	}
	buf_put(&made, text.at + done, text.length - done);
	out = arena_str(d->arena, buf_str(&made));
	buf_free(&made);
	return out;
}
