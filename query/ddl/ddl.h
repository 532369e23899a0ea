/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Statements that define tables, sequences, views and comments. Each works in the transaction of
 * the options under the lock on the schema, and answers by an error or not at all; notices go where
 * bind_options says.
 */
#ifndef QUERY_DDL_DDL_H
#define QUERY_DDL_DDL_H

#include "query/bind/bind.h"
#include "query/table/table.h"

struct ddl {
	struct arena *arena;
	struct bind_options options; /* txn is set; catalog is the newest */
	const struct eval_session *session; /* for what queries ask about it; may be NULL */
	const struct value *parameters;	    /* of the types that the options have */
	struct error *error;
};

/* True if the statement is one of these. */
bool ddl_is_statement(enum ast_stmt_kind kind);
/* Runs it. `tag` is its command tag. */
enum sqlstate ddl_run(struct ddl *d, const struct ast_stmt *statement, const char **tag) MUST_USE;

/* ---- what the files of it share -------------------------------------------------------------- */

/* An error of a schema statement. PostgreSQL tells its place only where its parser sees it: types, and
   columns of keys (DDL_FAIL_AT). */
#define DDL_FAIL(d, place, code, ...) ((void)(place), FAIL((d)->error, (code), __VA_ARGS__))
#define DDL_FAIL_AT(d, place, code, ...)                                                           \
	(FAIL((d)->error, (code), __VA_ARGS__), (d)->error->byte_offset = (int)(place), (code))

/* A name as it is shown: statements and definitions have full ones. */
#define DDL_NAME(name) STR_ARGS(graph_local_name(name))
/* What is made beside the table, or for it, is in its graph. */
static inline struct str ddl_name_beside(struct ddl *d, const struct table *t, struct str name)
{
	return graph_full_name(d->arena, graph_of_name(t->full_name), name);
}
/* The graph of what is made temporary is made with the first of it. */
enum sqlstate ddl_make_graph(struct ddl *d, struct str full_name) MUST_USE;

void ddl_notice(struct ddl *d, const char *severity, enum sqlstate code, const char *format, ...)
	PRINTF_LIKE(4, 5);
/* Whether a word stands in an expression outside of strings. */
bool ddl_mentions(struct str text, struct str name);
/* The newest catalog, with the schema locked. */
enum sqlstate ddl_lock(struct ddl *d) MUST_USE;
void ddl_refresh(struct ddl *d);
/* Behind an error that there is no table of that name: which one was meant, or is none yet. Gives its
   code back. */
COLD enum sqlstate ddl_hint_missing(struct ddl *d, const struct ast_name *name);
/* There is no relation of the name: E_NO_TABLE with a place unless if_exists, which is a notice. */
enum sqlstate ddl_missing(struct ddl *d, const struct ast_name *name, bool if_exists) MUST_USE;
/* As ddl_missing() if there is no such table; *out is NULL then. */
enum sqlstate ddl_table(
	struct ddl *d, const struct ast_name *name, bool if_exists, struct table **out) MUST_USE;

/* A key and the index behind it go by one name, a full one. NULL if there is none. */
const struct index_info *ddl_find_index(struct ddl *d, struct str name);

/* *tag stays as it is unless it is that of CREATE TABLE AS. */
enum sqlstate ddl_create_table(
	struct ddl *d, const struct ast_table *from, const char **tag) MUST_USE;
/* ddl_create_as.c: the definition with the columns of its query in place of their names .. */
enum sqlstate ddl_plan_table_query(
	struct ddl *d, const struct ast_table *from, struct ast_table *out) MUST_USE;
/* .. and its rows, once the table is there. */
enum sqlstate ddl_fill_table(
	struct ddl *d, const struct ast_table *from, const char **tag) MUST_USE;
/* The definition with what LIKE stands for. */
enum sqlstate ddl_expand_likes(
	struct ddl *d, const struct ast_table *from, struct ast_table *out) MUST_USE;
enum sqlstate ddl_alter_table(struct ddl *d, const struct ast_alter_table *from) MUST_USE;
enum sqlstate ddl_alter_index(struct ddl *d, const struct ast_alter_table *from) MUST_USE;
enum sqlstate ddl_drop_tables(struct ddl *d, const struct ast_names_statement *from) MUST_USE;
/* DROP NODE and DROP EDGE, whose one name `from` has: as DROP TABLE with what depends on the label, and
   E_OBJECT_IN_USE where it has elements and nothing says CASCADE. */
enum sqlstate ddl_drop_label(struct ddl *d, enum element element, struct str full_name,
	struct ast_names_statement *from) MUST_USE;
enum sqlstate ddl_truncate(struct ddl *d, const struct ast_names_statement *from) MUST_USE;
enum sqlstate ddl_create_sequence(struct ddl *d, const struct ast_sequence *from) MUST_USE;
enum sqlstate ddl_alter_sequence(struct ddl *d, const struct ast_sequence *from) MUST_USE;
enum sqlstate ddl_drop_sequences(struct ddl *d, const struct ast_names_statement *from) MUST_USE;
/* The query of a view as a plan, and all that can be said of it without its place in the catalog. */
enum sqlstate ddl_plan_new_view(
	struct ddl *d, const struct ast_view *from, struct plan **plan) MUST_USE;
enum sqlstate ddl_create_view(struct ddl *d, const struct ast_view *from) MUST_USE;
enum sqlstate ddl_drop_views(struct ddl *d, const struct ast_names_statement *from) MUST_USE;
enum sqlstate ddl_alter_view(struct ddl *d, const struct ast_alter_table *from) MUST_USE;
/* WITH (..), SET (..) and RESET (..) of a view; the view must be saved afterwards. */
enum sqlstate ddl_view_options(struct ddl *d, struct view_definition *v,
	const struct ast_view_option *options, uint32_t count, bool is_reset) MUST_USE;
enum sqlstate ddl_save_view(struct ddl *d, struct view_definition *v) MUST_USE;
enum sqlstate ddl_comment(struct ddl *d, const struct ast_comment *from) MUST_USE;
/* Completes what it is given. */
enum sqlstate ddl_create_graph(struct ddl *d, struct ast_property_graph *from) MUST_USE;
enum sqlstate ddl_alter_property_graph(struct ddl *d, const struct ast_alter_graph *from) MUST_USE;
enum sqlstate ddl_comment_graph(struct ddl *d, const struct ast_comment *from) MUST_USE;
enum sqlstate ddl_drop_graphs(struct ddl *d, const struct ast_names_statement *from) MUST_USE;

/* What ALTER TABLE or ALTER VIEW renames; false: nothing. */
struct ddl_renaming {
	struct str old, to;
	struct str relation; /* whose column it is; empty: the relation itself */
};
bool ddl_read_renaming(const struct ast_stmt *s, struct ddl_renaming *out);
/* The text with each word that is the old name written anew, but for names of functions. */
struct str ddl_replace_word(struct ddl *d, struct str text, struct str old, struct str to);
/* Whether what depends on what the statement takes away goes too. */
bool ddl_is_cascade(const struct ast_stmt *s);

/* ddl_graph_follow.c: the property graphs before the statement, with new names behind one that renames,
   and held against what is left behind one that takes something away: E_DEPENDENT, or CASCADE. */
struct sound_graphs {
	struct graph_definition *graphs;
	uint32_t count;
};
void ddl_sound_graphs(struct ddl *d, struct sound_graphs *out);
enum sqlstate ddl_rename_in_graphs(
	struct ddl *d, const struct ast_stmt *s, struct sound_graphs *graphs) MUST_USE;
enum sqlstate ddl_check_graphs(
	struct ddl *d, const struct ast_stmt *s, struct sound_graphs *graphs) MUST_USE;

/* ddl_view.c: the views that can be planned now, and, behind a statement that took something away,
   those of them that no longer can: E_DEPENDENT, or they go too where it says CASCADE. */
struct sound_views {
	struct view_definition *views;
	struct plan **plans;
	uint32_t count;
};
enum sqlstate ddl_plan_view(struct ddl *d, const struct view_definition *v, struct plan **plan,
	struct error *e) MUST_USE;
/* ddl_view_rename.c: what reads a relation or column that the statement has renamed gets the new name;
   E_DEPENDENT where it cannot be said which words mean it. */
enum sqlstate ddl_rename_in_views(struct ddl *d, const struct ast_stmt *s,
	const struct sound_views *before) MUST_USE;
void ddl_sound_views(struct ddl *d, struct sound_views *out);
enum sqlstate ddl_check_views(struct ddl *d, const struct ast_stmt *s,
	const struct sound_views *before) MUST_USE;

/* A column of CREATE TABLE or ADD COLUMN: type, default, the sequence it needs. `table`: the full name. */
enum sqlstate ddl_column(struct ddl *d, struct str table, const struct ast_column *from,
	struct table_column *to) MUST_USE;
/* What a generated column computes, as it is written. */
enum sqlstate ddl_check_generated(struct ddl *d, const struct table *t,
	const struct table_column *column, const struct ast_expr *x) MUST_USE;
/* What CASCADE took along: each a line such as "view v". */
void ddl_notice_cascade(struct ddl *d, const struct str *objects, uint32_t count);
/* What storage is told of it. */
enum sqlstate ddl_property(struct ddl *d, const struct table_column *column, uint32_t at,
	struct property_definition *out) MUST_USE;
/* Adds a key of any kind to a table that is there; the table must be saved afterwards. */
enum sqlstate ddl_add_key(struct ddl *d, struct table *t, const struct ast_key *from) MUST_USE;
/* Drops the constraint of the name; *found. The table must be saved afterwards. */
enum sqlstate ddl_drop_key(
	struct ddl *d, struct table *t, struct str name, bool cascade, bool *found) MUST_USE;
/* ALTER TABLE .. RENAME, of the table, a column, a constraint. */
enum sqlstate ddl_rename_table(
	struct ddl *d, struct table *t, const struct ast_action *action) MUST_USE;
enum sqlstate ddl_rename_column(
	struct ddl *d, struct table *t, const struct ast_action *action) MUST_USE;
enum sqlstate ddl_rename_key(
	struct ddl *d, struct table *t, const struct ast_action *action) MUST_USE;

/* ddl_temporary.c: drops all relations of a graph of temporary ones .. */
enum sqlstate ddl_drop_temporary(struct ddl *d, struct str graph) MUST_USE;
/* .. and does what its tables say ON COMMIT. */
enum sqlstate ddl_commit_temporary(struct ddl *d, struct str graph) MUST_USE;
/* ddl_drop.c: a table with its rows, its details and its sequences. */
enum sqlstate ddl_drop_table(struct ddl *d, const struct table *t) MUST_USE;

/* The sequence of an identity or serial column; options may be NULL. */
enum sqlstate ddl_own_sequence(struct ddl *d, struct str table, struct table_column *column,
	char owner_kind, const struct ast_sequence_options *options) MUST_USE;
enum sqlstate ddl_drop_sequence(struct ddl *d, const struct sequence_definition *s) MUST_USE;
/* Its next number is the first again. */
enum sqlstate ddl_restart_sequence(struct ddl *d, struct sequence_definition *s) MUST_USE;

#endif
