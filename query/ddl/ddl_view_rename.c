/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Views that read what ALTER TABLE or ALTER VIEW renames: their texts get the new name.
 *
 * A view is kept as text, in which a word may be a column, the alias of another, or a column of another
 * relation. All words that could be the old name get the new one; then the text is planned, and a word
 * that the planner says is none of these gets its old name back, until the text is sound. It must answer
 * the columns of before, under the names of before. A text that cannot be mended stays as it is, and
 * ddl_check_views() refuses the statement.
 */
#include "query/ddl/ddl.h"

#include "base/buf.h"
#include "query/parse/lex.h"
#include "query/parse/parse.h"
#include "query/plan/plan_query.h"
#include "query/sql/naming.h"
#include "query/type/type.h"

/* A word of the text that may be the old name. */
struct occurrence {
	uint32_t at, length;
	bool stays;
	uint32_t made_at; /* where it is in the new text */
};

struct words {
	uint32_t count;
	struct occurrence *items;
	bool is_graph; /* there are patterns, whose keys are no columns */
};

bool ddl_read_renaming(const struct ast_stmt *s, struct ddl_renaming *out)
{
	const struct ast_action *a = s->kind == STMT_ALTER_TABLE ? s->alter_table->actions : NULL;

	if (s->kind == STMT_ALTER_PROPERTY_GRAPH) {
		*out = (struct ddl_renaming){ .old = s->alter_graph->name.text,
			.to = s->alter_graph->to.text };
		return s->alter_graph->kind == GRAPH_CHANGE_RENAME;
	}
	if (a == NULL || s->alter_table->action_count != 1)
		return false;
	*out = (struct ddl_renaming){ .to = a->to.text };
	if (a->kind == ACTION_RENAME) {
		out->old = graph_local_name(s->alter_table->name.text);
		out->to = graph_local_name(a->to.text);
		return true;
	}
	out->old = a->name.text;
	out->relation = graph_local_name(s->alter_table->name.text);
	return a->kind == ACTION_RENAME_COLUMN;
}

/* ---- words ----------------------------------------------------------------------------------- */

static bool is_that(struct ddl *d, const struct lexer *l, const struct token *t, struct str name)
{
	bool is_word = t->kind == TOKEN_NAME || (t->kind >= TOKEN_KEYWORD && !t->is_reserved);
	struct error ignored;
	struct str text;

	if (!is_word && t->kind != TOKEN_QUOTED)
		return false;
	if (lex_text(l, d->arena, t, &text, &ignored) != OK)
		return false;
	return is_word ? str_equal_nocase(text, name) : str_equal(text, name);
}

/* Behind these a name is that of a label or relation. */
static bool leads_to_relation(uint16_t kind)
{
	return kind == KW_IS || kind == ':' || kind == '|' || kind == '&' || kind == '!' ||
	       kind == KW_FROM || kind == KW_JOIN || kind == ',';
}

static void find_words(struct ddl *d, struct str text, struct str name, struct words *out)
{
	struct lexer l;
	struct error ignored;
	struct token earlier = { 0 }, before = { 0 }, t;
	struct occurrence *last = NULL;

	*out = (struct words){ .items = ARENA_ARRAY(
				       d->arena, struct occurrence, text.length + 1) };
	lex_open(&l, text);
	for (t = lex_next(&l, &ignored); t.kind != TOKEN_END && t.kind != TOKEN_BAD;
		earlier = before, before = t, t = lex_next(&l, &ignored)) {
		bool is_of_graph_table = earlier.kind == KW_GRAPH_TABLE && before.kind == '(';

		out->is_graph |= t.kind == KW_MATCH || t.kind == KW_GRAPH_TABLE;
		if (last != NULL && t.kind == '(')
			out->count--; /* a function */
		last = NULL;
		if (!is_that(d, &l, &t, name) || (out->is_graph && !is_of_graph_table &&
							 !leads_to_relation(before.kind)))
			continue;
		last = &out->items[out->count++];
		*last = (struct occurrence){ .at = t.at, .length = t.length };
	}
}

static struct str rewritten(
	struct ddl *d, struct str text, const struct words *words, struct str to)
{
	struct buf made = { 0 };
	struct str out;
	uint32_t at = 0;

	for (uint32_t i = 0; i < words->count; i++) {
		struct occurrence *o = &words->items[i];

		buf_put(&made, text.at + at, o->at - at);
		o->made_at = (uint32_t)made.length;
		if (o->stays)
			buf_put(&made, text.at + o->at, o->length);
		else
			naming_put_ident(&made, to);
		at = o->at + o->length;
	}
	buf_put(&made, text.at + at, text.length - at);
	out = arena_str(d->arena, buf_str(&made));
	buf_free(&made);
	return out;
}

struct str ddl_replace_word(struct ddl *d, struct str text, struct str old, struct str to)
{
	struct words words;

	find_words(d, text, old, &words);
	return words.count == 0 ? text : rewritten(d, text, &words, to);
}

/* The word that a fault is about gets its old name back: the first behind the place of the fault, which
   is that of the name before the dot. */
static bool give_back(struct words *words, int at)
{
	for (uint32_t i = 0; at >= 0 && i < words->count; i++) {
		struct occurrence *o = &words->items[i];

		if (o->made_at < (uint32_t)at)
			continue;
		if (o->stays)
			return false;
		o->stays = true;
		return true;
	}
	return false;
}

/* ---- one view -------------------------------------------------------------------------------- */

static bool same_types(const struct plan *a, const struct plan *b)
{
	if (a->column_count != b->column_count)
		return false;
	for (uint32_t i = 0; i < a->column_count; i++) {
		if (!type_equal(a->columns[i].type, b->columns[i].type))
			return false;
	}
	return true;
}

/* The columns go by the names that they had, whatever the query calls them now. */
static void keep_names(
	struct ddl *d, struct view_definition *v, const struct plan *before, const struct plan *now)
{
	struct str *names = ARENA_ARRAY(d->arena, struct str, before->column_count + 1);
	bool differ = false;

	for (uint32_t i = 0; i < before->column_count; i++) {
		names[i] = i < v->column_count ? v->columns[i] : before->columns[i].name;
		differ |= i >= v->column_count &&
			  !str_equal(before->columns[i].name, now->columns[i].name);
	}
	if (!differ)
		return;
	v->columns = names;
	v->column_count = before->column_count;
}

/* Another relation that the text names and that has a column of the new name: which of them a word means
   could not be said. */
static bool is_unclear(struct ddl *d, const struct view_definition *v, const struct ddl_renaming *r)
{
	const struct catalog *c = d->options.catalog;

	for (uint32_t i = 0; i < catalog_object_count(c); i++) {
		const struct catalog_object *o = catalog_object_at(c, i);
		const struct table *t =
			o->kind == OBJECT_TABLE && !str_equal(o->name, r->relation) &&
					ddl_mentions(v->text, o->name)
				? table_find(c, d->arena, o->name)
				: NULL;

		if (t != NULL && table_column(t, r->to) != NULL)
			return true;
	}
	return false;
}

static enum sqlstate mend(struct ddl *d, const struct view_definition *old,
	const struct plan *before, const struct ddl_renaming *r)
{
	struct view_definition v = *old;
	struct words words;
	struct plan *now;
	struct error found;

	find_words(d, old->text, r->old, &words);
	if (words.count == 0 || (words.is_graph && r->relation.length > 0))
		return OK;
	do {
		found = (struct error){ .byte_offset = -1 };
		v.text = rewritten(d, old->text, &words, r->to);
		if (ddl_plan_view(d, &v, &now, &found) == OK) {
			if (!same_types(before, now))
				return OK;
			keep_names(d, &v, before, now);
			return ddl_save_view(d, &v);
		}
	} while (give_back(&words, found.byte_offset));
	return OK;
}

/* Whether the view reads what is renamed, as far as its text says. */
static bool may_read(const struct view_definition *v, const struct ddl_renaming *r)
{
	return ddl_mentions(v->text, r->old) &&
	       (r->relation.length == 0 || ddl_mentions(v->text, r->relation));
}

/* SELECT *: the text stays, and the names of its columns too. */
static enum sqlstate keep_star(
	struct ddl *d, const struct view_definition *old, const struct plan *before)
{
	struct view_definition v = *old;
	struct plan *now;
	struct error ignored;

	if (ddl_plan_view(d, &v, &now, &ignored) != OK || !same_types(before, now))
		return OK;
	keep_names(d, &v, before, now);
	return v.column_count == old->column_count ? OK : ddl_save_view(d, &v);
}

enum sqlstate ddl_rename_in_views(
	struct ddl *d, const struct ast_stmt *s, const struct sound_views *before)
{
	bool is_temporary = s->kind == STMT_ALTER_TABLE &&
			    graph_of_name(s->alter_table->name.text).length > 0;
	struct view_definition now;
	struct ddl_renaming r;

	if (!ddl_read_renaming(s, &r))
		return OK;
	for (uint32_t i = 0; i < before->count; i++) {
		const struct view_definition *v = &before->views[i];

		/* the one that was renamed itself has its new name already */
		if (!view_definition_find(d->options.catalog, d->arena, v->full_name, &now))
			continue;
		if (is_temporary && graph_of_name(v->full_name).length == 0)
			continue;
		if (!may_read(&now, &r)) {
			TRY(keep_star(d, &now, before->plans[i]));
			continue;
		}
		if (r.relation.length > 0 && is_unclear(d, &now, &r))
			return FAIL(d->error, E_DEPENDENT,
				"cannot rename column %.*s of table %.*s because view %.*s depends "
				"on it",
				STR_ARGS(r.old), STR_ARGS(r.relation), STR_ARGS(v->name));
		TRY(mend(d, &now, before->plans[i], &r));
	}
	return OK;
}
