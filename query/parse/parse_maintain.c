/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Statements that look after tables and indexes as a whole: ANALYZE, VACUUM, CHECKPOINT, LOCK TABLE,
 * REINDEX and CLUSTER.
 */
#include "query/parse/parse_table.h"

#include "base/check.h"

/* VACUUM FULL VERBOSE, VACUUM (ANALYZE, ..): words that change nothing here. */
static enum sqlstate parse_maintenance_noise(struct parser *p)
{
	if (parse_accept(p, '(')) {
		struct ast_name ignored = { 0 };

		do {
			TRY(parse_any_name(p, "an option", &ignored));
			if (p->token.kind == KW_TRUE || p->token.kind == KW_FALSE ||
				p->token.kind == KW_ON || p->token.kind == TOKEN_INTEGER)
				parse_advance(p);
		} while (parse_accept(p, ','));
		return parse_expect(p, ')');
	}
	while (p->token.kind == KW_FULL || p->token.kind == KW_FREEZE ||
		p->token.kind == KW_VERBOSE || p->token.kind == KW_ANALYZE)
		parse_advance(p);
	return OK;
}

enum sqlstate parse_maintenance(struct parser *p, struct ast_stmt *out)
{
	uint16_t kind = p->token.kind;

	parse_advance(p);
	if (kind == KW_CHECKPOINT) {
		out->kind = STMT_CHECKPOINT;
		return OK;
	}
	out->kind = kind == KW_VACUUM ? STMT_VACUUM : STMT_ANALYZE;
	TRY(parse_maintenance_noise(p));
	if (!parse_is_any_name_token(&p->token))
		return OK;
	do {
		TRY(parse_qualified_name(
			p, "a label", PARSE_PUSH(p, out->maintain.names, out->maintain.count)));
	} while (parse_accept(p, ','));
	return OK;
}

/* ---- LOCK TABLE ---- */

/* IN mode MODE. The modes that no change of a row goes together with are those from SHARE on. */
static enum sqlstate parse_lock_mode(struct parser *p, enum ast_table_lock *out)
{
	static const struct {
		const char *first, *second, *third;
		enum ast_table_lock lock;
	} modes[] = { { "ACCESS", "SHARE", NULL, TABLE_LOCK_READS },
		{ "ROW", "SHARE", NULL, TABLE_LOCK_CHANGES },
		{ "ROW", "EXCLUSIVE", NULL, TABLE_LOCK_CHANGES },
		{ "SHARE", "UPDATE", "EXCLUSIVE", TABLE_LOCK_CHANGES },
		{ "SHARE", "ROW", "EXCLUSIVE", TABLE_LOCK_EXCLUDES },
		{ "SHARE", NULL, NULL, TABLE_LOCK_KEEPS },
		{ "EXCLUSIVE", NULL, NULL, TABLE_LOCK_EXCLUDES },
		{ "ACCESS", "EXCLUSIVE", NULL, TABLE_LOCK_EXCLUDES } };

	for (size_t i = 0; i < ARRAY_COUNT(modes); i++) {
		const char *words[] = { modes[i].first, modes[i].second, modes[i].third };
		uint32_t count = 0;

		while (count < ARRAY_COUNT(words) && words[count] != NULL &&
			parse_sees_word(p, count, words[count]))
			count++;
		if (count < ARRAY_COUNT(words) && words[count] != NULL)
			continue;
		*out = modes[i].lock;
		while (count-- > 0)
			parse_advance(p);
		return parse_expect_word(p, "MODE");
	}
	return parse_fail(p, "a mode");
}

static enum sqlstate parse_lock_table(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_LOCK_TABLE;
	out->maintain.lock = TABLE_LOCK_EXCLUDES;
	parse_advance(p);
	if (p->token.kind == KW_TABLE && parse_is_any_name_token(parse_peek(p, 1)))
		parse_advance(p);
	do {
		if (parse_word(p, "ONLY") && parse_is_any_name_token(parse_peek(p, 1)))
			parse_advance(p);
		TRY(parse_table_name(
			p, "a table", PARSE_PUSH(p, out->maintain.names, out->maintain.count)));
		parse_accept(p, '*');
	} while (parse_accept(p, ','));
	if (parse_accept(p, KW_IN))
		TRY(parse_lock_mode(p, &out->maintain.lock));
	out->maintain.is_nowait = parse_accept_word(p, "NOWAIT");
	return OK;
}

/* ---- REINDEX and CLUSTER ---- */

static enum sqlstate parse_reindex(struct parser *p, struct ast_stmt *out)
{
	static const char *const words[] = { "INDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM" };

	out->kind = STMT_REINDEX;
	parse_advance(p);
	TRY(parse_maintenance_noise(p));
	for (size_t i = 0; i < ARRAY_COUNT(words) && out->maintain.what == NULL; i++) {
		if (parse_accept_word(p, words[i]))
			out->maintain.what = words[i];
	}
	if (out->maintain.what == NULL)
		return parse_fail(p, NULL);
	out->maintain.is_concurrent = parse_accept(p, KW_CONCURRENTLY);
	return parse_table_name(
		p, "a name", PARSE_PUSH(p, out->maintain.names, out->maintain.count));
}

/* CLUSTER [VERBOSE] [table [USING index]] */
static enum sqlstate parse_cluster(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_CLUSTER;
	parse_advance(p);
	TRY(parse_maintenance_noise(p));
	if (!parse_is_any_name_token(&p->token))
		return OK;
	TRY(parse_table_name(
		p, "a table", PARSE_PUSH(p, out->maintain.names, out->maintain.count)));
	if (!parse_accept_word(p, "USING"))
		return OK;
	return parse_folded_name(
		p, "an index", PARSE_PUSH(p, out->maintain.names, out->maintain.count));
}

enum sqlstate parse_care(struct parser *p, struct ast_stmt *out, bool *is_there)
{
	*is_there = true;
	if (parse_word(p, "LOCK"))
		return parse_lock_table(p, out);
	if (p->token.kind == KW_REINDEX)
		return parse_reindex(p, out);
	if (parse_word(p, "CLUSTER"))
		return parse_cluster(p, out);
	*is_there = false;
	return OK;
}
