/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Preparing a text as the protocol's Parse brings it: by the plan that another session made of the same
 * text, or by parsing and planning it, after which others may have the plan.
 *
 * Shared is what depends on nothing but its key and the catalog: a query that reads, planned against a
 * catalog that is committed, without parameters or temporary relations of the session, and without a notice, which each client is
 * to get. A writing statement makes the names that it needs in its own transaction: its plan is its own.
 */
#include "query/session/session.h"

#include "base/hash.h"
#include "query/session/plan_cache.h"
#include "query/table/relation_path.h"

/* Settings that decide how a text is read and what its names and types are. */
static uint64_t digest_settings(const struct settings *s)
{
	static const enum setting_id flags[] = { SETTING_standard_conforming_strings,
		SETTING_graph_double_quoted_strings, SETTING_graph_warn_unknown_names };
	struct str path = str_of(s->values[SETTING_search_path].text);
	uint64_t digest = hash_bytes(path.at, path.length);

	for (size_t i = 0; i < ARRAY_COUNT(flags); i++)
		digest = hash_combine(digest, setting_bool(s, flags[i]));
	digest = hash_combine(digest, (uint64_t)setting_int(s, SETTING_max_query_depth));
	digest = hash_combine(digest, setting_bytes(s, SETTING_max_query_length));
	return hash_combine(digest, (uint64_t)setting_enum(s, SETTING_graph_untyped_parameters));
}

/* ---- taking what is there ---- */

/* *out NULL: there is none that this session can use. */
static enum sqlstate take(struct query_session *s, const struct plan_key *key,
	struct query_prepared **out, struct error *e)
{
	struct shared_plan *shared = plan_cache_find(s->engine->plans, key);
	enum sqlstate rc;

	*out = NULL;
	if (shared == NULL)
		return OK;
	TRY_GOTO(release, transaction_ensure(s, s->is_autocommit, e));
	if (txn_has_own_catalog(s->txn) ||
		shared->plan->catalog_version != catalog_version(txn_catalog(s->txn)))
		goto release;
	*out = prepared_of_shared(s, shared);
	rc = session_check_access(s, *out, e);
	if (rc != OK)
		query_prepared_free(*out);
	return rc;

release:
	plan_cache_release(s->engine->plans, shared);
	return rc;
}

/* ---- making it ---- */

/* What was said while a statement was planned. */
struct hearing {
	query_notice *notice;
	void *context;
	bool has_heard;
};

static void hear(void *context, const char *severity, const struct error *notice)
{
	struct hearing *h = context;

	h->has_heard = true;
	if (h->notice != NULL)
		h->notice(h->context, severity, notice);
}

static enum sqlstate make(struct query_session *s, struct arena *a, const struct plan_key *key,
	struct query_prepared **out, struct error *e)
{
	struct query_script script;

	TRY(query_parse(s, a, arena_str(a, key->text), &script, e));
	if (script.count > 1)
		return FAIL(
			e, E_SYNTAX, "cannot insert multiple commands into a prepared statement");
	return query_prepare(s, a, true, &script, 0, key->types, key->type_count, out, e);
}

static bool can_share(const struct query_session *s, const struct query_prepared *p)
{
	return p->statement != NULL && p->statement->kind == STMT_QUERY && !p->plan->is_write &&
	       !txn_has_own_catalog(s->txn);
}

/* From here on its arena is that of the shared plan. */
static void share(struct query_session *s, struct query_prepared *p, const struct plan_key *key,
	uint64_t bytes_max)
{
	struct arena *a = p->arena;
	struct shared_plan *shared = ARENA_NEW(a, struct shared_plan);
	struct type *types = ARENA_ARRAY(a, struct type, key->type_count);

	for (uint32_t i = 0; i < key->type_count; i++)
		types[i] = key->types[i];
	shared->arena = a;
	shared->key = *key;
	shared->key.text = arena_str(a, key->text);
	shared->key.graph = arena_str(a, key->graph);
	shared->key.types = types;
	shared->statement = p->statement;
	shared->plan = p->plan;
	shared->fingerprint = p->fingerprint;
	p->owns_arena = false;
	p->shared = shared;
	plan_cache_add(s->engine->plans, shared, bytes_max);
}

enum sqlstate query_prepare_text(struct query_session *s, struct str text,
	const struct type *types, uint32_t type_count, struct query_prepared **out,
	struct error *e)
{
	uint64_t bytes_max = setting_bytes(s->settings, SETTING_plan_cache_size);
	bool may_share =
		bytes_max > 0 && s->parameter_count == 0 && s->state != TRANSACTION_FAILED &&
		temporary_graph(s->settings).length == 0;
	struct plan_key key = { .text = text, .types = types, .type_count = type_count };
	struct hearing hearing = { s->options.notice, s->options.notice_context, false };
	struct arena *a;
	enum sqlstate rc;

	if (may_share) {
		key.graph = session_graph_name(s);
		key.settings = digest_settings(s->settings);
		TRY(take(s, &key, out, e));
		if (*out != NULL)
			return OK;
	}
	a = arena_new(0);
	s->options.notice = hear;
	s->options.notice_context = &hearing;
	rc = make(s, a, &key, out, e);
	s->options.notice = hearing.notice;
	s->options.notice_context = hearing.context;
	if (rc != OK)
		arena_free(a);
	else if (may_share && !hearing.has_heard && can_share(s, *out))
		share(s, *out, &key, bytes_max);
	return rc;
}
