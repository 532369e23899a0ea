/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Query text from a tree, third part: statements. See ast_text.c.
 */
#include "query/parse/ast_names.h"

#include "base/check.h"

static const char *const class_texts[] = { "", "NODE ", "EDGE " };

static void put_word(struct buf *out, const char *word, const struct ast_name *name)
{
	buf_put_text(out, word);
	ast_text_variable(out, name->text);
}

static void put_paren_names(struct buf *out, const struct ast_name *names, uint32_t count)
{
	buf_put_text(out, " (");
	ast_text_names(out, names, count);
	buf_put_byte(out, ')');
}

/* ---- options and settings ---- */

static void put_option_value(struct buf *out, const struct ast_option *o)
{
	switch (o->kind) {
	case OPTION_NONE:
		break;
	case OPTION_STRING:
		ast_text_string(out, o->value);
		break;
	case OPTION_NUMBER:
		buf_put_str(out, o->value);
		break;
	case OPTION_WORD: /* also a reserved one, or a star */
		buf_put_str(out, o->value);
		break;
	case OPTION_NAMES:
		put_paren_names(out, o->names, o->name_count);
		break;
	}
}

static void put_options(struct buf *out, const struct ast_option *options, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		buf_put_text(out, i == 0 ? " (" : ", ");
		ast_text_name(out, options[i].name);
		buf_put_byte(out, ' ');
		put_option_value(out, &options[i]);
	}
	if (count > 0)
		buf_put_byte(out, ')');
}

static void put_setting(struct buf *out, const struct ast_stmt *s)
{
	const struct ast_setting *x = s->setting;

	if (s->kind == STMT_SET)
		buf_put_text(out, x->scope == SET_SCOPE_LOCAL ? "SET LOCAL " : "SET ");
	else
		buf_put_text(out, s->kind == STMT_RESET ? "RESET " : "SHOW ");
	if (x->name.text.length == 0)
		buf_put_text(out, "ALL");
	else if (x->interval.length > 0)
		buf_put_text(out, "TIME ZONE");
	else
		ast_text_variable(out, x->name.text);
	if (x->is_default)
		buf_put_text(out, " TO DEFAULT");
	if (x->interval.length > 0) {
		buf_put_text(out, " INTERVAL ");
		ast_text_string(out, x->interval);
	}
	for (uint32_t i = 0; i < x->value_count; i++) {
		buf_put_text(out, i == 0 ? " TO " : ", ");
		put_option_value(out, &x->values[i]);
	}
}

/* ---- transactions ---- */

static void put_transaction(struct buf *out, const struct ast_stmt *s)
{
	static const char *const levels[] = { "", " ISOLATION LEVEL READ UNCOMMITTED",
		" ISOLATION LEVEL READ COMMITTED", " ISOLATION LEVEL REPEATABLE READ",
		" ISOLATION LEVEL SERIALIZABLE" };
	static const char *const accesses[] = { "", " READ ONLY", " READ WRITE" };
	static const char *const deferrables[] = { "", " DEFERRABLE", " NOT DEFERRABLE" };
	const struct ast_transaction *t = &s->transaction;

	if (s->kind == STMT_BEGIN)
		buf_put_text(out, "BEGIN");
	else if (s->kind == STMT_SET_TRANSACTION)
		buf_put_text(out, t->is_session ? "SET SESSION CHARACTERISTICS AS TRANSACTION"
						: "SET TRANSACTION");
	else
		buf_put_text(out, s->kind == STMT_COMMIT ? "COMMIT" : "ROLLBACK");
	buf_put_text(out, levels[t->isolation]);
	buf_put_text(out, accesses[t->access]);
	buf_put_text(out, deferrables[t->deferrable]);
	if (t->is_chain)
		buf_put_text(out, " AND CHAIN");
}

/* ---- schema ---- */

static void put_property(struct buf *out, const struct ast_property *p)
{
	ast_text_variable(out, p->key.text);
	buf_put_text(out, " :: ");
	ast_text_type(out, p->type);
	if (p->is_not_null)
		buf_put_text(out, " NOT NULL");
	buf_put_text(out, p->is_unique ? " UNIQUE" : "");
	buf_put_text(out, p->is_primary_key ? " PRIMARY KEY" : "");
	if (p->default_value != NULL) {
		buf_put_text(out, " DEFAULT ");
		ast_text_operand(out, p->default_value);
	}
}

static void put_edge_end(struct buf *out, const char *word, const struct ast_edge_end *end)
{
	put_word(out, word, &end->label);
	if (end->key.text.length > 0)
		put_paren_names(out, &end->key, 1);
}

static void put_edge_pair(struct buf *out, const struct ast_edge_pair *pair)
{
	put_edge_end(out, "FROM ", &pair->from);
	put_edge_end(out, " TO ", &pair->to);
}

static void put_label_definition(struct buf *out, const struct ast_label_definition *l)
{
	const char *separator = " (";

	buf_put_text(out, class_texts[l->class]);
	buf_put_text(out, l->if_not_exists ? "IF NOT EXISTS " : "");
	ast_text_variable(out, l->label.text);
	for (uint32_t i = 0; i < l->pair_count; i++) {
		buf_put_text(out, separator);
		put_edge_pair(out, &l->pairs[i]);
		separator = ", ";
	}
	for (uint32_t i = 0; i < l->property_count; i++) {
		buf_put_text(out, separator);
		put_property(out, &l->properties[i]);
		separator = ", ";
	}
	if (l->primary_key_count > 0) {
		buf_put_text(out, separator);
		if (l->primary_name.text.length > 0)
			put_word(out, "CONSTRAINT ", &l->primary_name);
		buf_put_text(out, l->primary_name.text.length > 0 ? " " : "");
		buf_put_text(out, "PRIMARY KEY");
		put_paren_names(out, l->primary_key, l->primary_key_count);
		separator = ", ";
	}
	buf_put_text(out, separator[0] == ',' ? ")" : "");
}

static void put_elements(struct buf *out, const struct ast_graph *g)
{
	for (uint32_t i = 0; i < g->element_count; i++) {
		buf_put_text(out, i == 0 ? " { " : ", ");
		put_label_definition(out, &g->elements[i]);
	}
	buf_put_text(out, " }");
}

static void put_create_graph(struct buf *out, const struct ast_stmt *s)
{
	const struct ast_graph *g = s->graph;
	bool is_type = s->kind == STMT_CREATE_GRAPH_TYPE;

	buf_printf(out, "CREATE %sGRAPH %s%s", g->or_replace ? "OR REPLACE " : "",
		is_type ? "TYPE " : "", g->if_not_exists ? "IF NOT EXISTS " : "");
	ast_text_variable(out, g->name.text);
	if (g->type == GRAPH_TYPE_ANY)
		buf_put_text(out, " ANY");
	else if (g->type == GRAPH_TYPE_ELEMENTS)
		put_elements(out, g);
	else if (g->type == GRAPH_TYPE_NAMED)
		put_word(out, is_type ? " AS COPY OF " : " TYPED ", &g->type_name);
	else if (g->type == GRAPH_TYPE_LIKE)
		put_word(out, " LIKE ", &g->type_name);
	if (g->copied.text.length > 0)
		put_word(out, " AS COPY OF ", &g->copied);
}

static void put_index_key(struct buf *out, const struct ast_index_key *key)
{
	if (key->expr.expr != NULL)
		buf_printf(out, "(%.*s)", STR_ARGS(key->expr.text));
	else
		ast_text_variable(out, key->key.text);
	buf_put_text(out, key->is_descending ? " DESC" : "");
	if (key->is_nulls_first != key->is_descending)
		buf_put_text(out, key->is_nulls_first ? " NULLS FIRST" : " NULLS LAST");
}

static void put_index(struct buf *out, const struct ast_index *x)
{
	static const char *const methods[] = { "", " USING BTREE", " USING HASH" };

	buf_put_text(out, x->is_unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
	buf_put_text(out, x->is_concurrent ? "CONCURRENTLY " : "");
	buf_put_text(out, x->if_not_exists ? "IF NOT EXISTS " : "");
	if (x->name.text.length > 0) {
		ast_text_variable(out, x->name.text);
		buf_put_byte(out, ' ');
	}
	buf_printf(out, "ON %s", class_texts[x->class]);
	ast_text_variable(out, x->label.text);
	buf_put_text(out, methods[x->method]);
	for (uint32_t i = 0; i < x->key_count; i++) {
		buf_put_text(out, i == 0 ? " (" : ", ");
		put_index_key(out, &x->keys[i]);
	}
	buf_put_byte(out, ')');
	if (x->where.expr != NULL)
		buf_printf(out, " WHERE %.*s", STR_ARGS(x->where.text));
}

static void put_constraint(struct buf *out, const struct ast_constraint *c)
{
	static const char *const kinds[] = { "UNIQUE", "NOT NULL", "KEY", ":: " };
	bool is_edge = c->class == CLASS_EDGE;

	buf_put_text(
		out, c->if_not_exists ? "CREATE CONSTRAINT IF NOT EXISTS " : "CREATE CONSTRAINT ");
	if (c->name.text.length > 0) {
		ast_text_variable(out, c->name.text);
		buf_put_byte(out, ' ');
	}
	buf_put_text(out, is_edge ? "FOR ()-[v:" : "FOR (v:");
	ast_text_variable(out, c->label.text);
	buf_put_text(out, is_edge ? "]-() REQUIRE (" : ") REQUIRE (");
	for (uint32_t i = 0; i < c->key_count; i++)
		put_word(out, i == 0 ? "v." : ", v.", &c->keys[i]);
	buf_printf(out, ") IS %s", kinds[c->kind]);
	if (c->type != NULL)
		ast_text_type(out, c->type);
}

static void put_alter(struct buf *out, const struct ast_alter *a)
{
	buf_printf(out, "ALTER %s",
		a->kind == ALTER_GRAPH_OWNER	    ? "GRAPH "
		: a->kind == ALTER_GRAPH_TYPE_OWNER ? "GRAPH TYPE "
						    : class_texts[a->class]);
	ast_text_variable(out, a->label.text);
	switch (a->kind) {
	case ALTER_ADD:
		buf_put_text(out, " ADD ");
		put_property(out, &a->property);
		break;
	case ALTER_DROP:
		put_word(out, " DROP ", &a->name);
		break;
	case ALTER_ADD_PAIR:
	case ALTER_DROP_PAIR:
		buf_put_text(out, a->kind == ALTER_ADD_PAIR ? " ADD " : " DROP ");
		put_edge_pair(out, &a->pair);
		break;
	case ALTER_TYPE:
		put_word(out, " ALTER ", &a->name);
		buf_put_text(out, " TYPE ");
		ast_text_type(out, a->type);
		break;
	case ALTER_RENAME:
		put_word(out, " RENAME TO ", &a->name);
		break;
	case ALTER_SET_OPEN:
		buf_put_text(out, " SET OPEN");
		break;
	case ALTER_SET_CLOSED:
		buf_put_text(out, " SET CLOSED");
		break;
	case ALTER_OWNER:
	case ALTER_GRAPH_OWNER:
	case ALTER_GRAPH_TYPE_OWNER:
		put_word(out, " OWNER TO ", &a->name);
		break;
	}
}

static void put_fields(struct buf *out, const struct ast_procedure_field *fields, uint32_t count)
{
	buf_put_byte(out, '(');
	for (uint32_t i = 0; i < count; i++) {
		buf_put_text(out, i == 0 ? "" : ", ");
		ast_text_variable(out, fields[i].name.text);
		buf_put_text(out, " :: ");
		ast_text_type(out, fields[i].type);
	}
	buf_put_byte(out, ')');
}

static void put_procedure(struct buf *out, const struct ast_procedure *p)
{
	buf_printf(out, "CREATE %sPROCEDURE %s", p->or_replace ? "OR REPLACE " : "",
		p->if_not_exists ? "IF NOT EXISTS " : "");
	ast_text_qname(out, &p->name);
	buf_put_byte(out, ' ');
	put_fields(out, p->parameters, p->parameter_count);
	if (p->has_columns) {
		buf_put_text(out, " RETURNS ");
		put_fields(out, p->columns, p->column_count);
	}
	buf_put_text(out, " AS {");
	ast_text_program(out, p->body);
	buf_put_byte(out, '}');
}

/* The name is dotted already: a part with a dot inside comes out as one name, which means the
   same. */
static void put_drop_procedure(struct buf *out, const struct ast_stmt *s)
{
	buf_printf(out, "DROP PROCEDURE %s", s->drop.if_exists ? "IF EXISTS " : "");
	ast_text_variable(out, s->drop.name.text);
}

static void put_drop(struct buf *out, const struct ast_stmt *s)
{
	const char *what = s->kind == STMT_DROP_GRAPH	     ? "GRAPH "
			   : s->kind == STMT_DROP_GRAPH_TYPE ? "GRAPH TYPE "
			   : s->kind == STMT_DROP_INDEX	     ? "INDEX "
			   : s->kind == STMT_DROP_CONSTRAINT ? "CONSTRAINT "
							     : class_texts[s->drop.class];

	buf_printf(out, "DROP %s%s", what, s->drop.if_exists ? "IF EXISTS " : "");
	ast_text_variable(out, s->drop.name.text);
	for (uint32_t i = 0; i < s->drop.more_count; i++) {
		buf_put_text(out, ", ");
		ast_text_variable(out, s->drop.more[i].text);
	}
	buf_put_text(out, s->drop.is_cascade ? " CASCADE" : "");
}

static void put_maintenance(struct buf *out, const struct ast_stmt *s)
{
	buf_put_text(out, s->kind == STMT_ANALYZE ? "ANALYZE " : "VACUUM ");
	ast_text_names(out, s->maintain.names, s->maintain.count);
}

static void put_schema(struct buf *out, const struct ast_stmt *s)
{
	switch (s->kind) {
	case STMT_CREATE_GRAPH:
	case STMT_CREATE_GRAPH_TYPE:
		put_create_graph(out, s);
		break;
	case STMT_CREATE_LABEL:
		buf_put_text(out, "CREATE ");
		put_label_definition(out, s->label);
		break;
	case STMT_ALTER_LABEL:
		put_alter(out, s->alter);
		break;
	case STMT_CREATE_INDEX:
		put_index(out, s->index);
		break;
	case STMT_CREATE_CONSTRAINT:
		put_constraint(out, s->constraint);
		break;
	case STMT_CREATE_PROCEDURE:
		put_procedure(out, s->procedure);
		break;
	case STMT_DROP_PROCEDURE:
		put_drop_procedure(out, s);
		break;
	case STMT_ANALYZE:
	case STMT_VACUUM:
		put_maintenance(out, s);
		break;
	default:
		put_drop(out, s);
		break;
	}
}

/* ---- COPY, EXPLAIN, prepared statements, cursors ---- */

static void put_copy(struct buf *out, const struct ast_copy *c)
{
	buf_put_text(out, "COPY ");
	if (c->query != NULL) {
		buf_put_byte(out, '(');
		ast_text_stmt(out, c->query);
		buf_put_byte(out, ')');
	} else {
		ast_text_variable(out, c->label.text);
	}
	for (uint32_t i = 0; i < c->column_count; i++) {
		buf_put_text(out, i == 0 ? " (" : ", ");
		ast_text_variable(out, c->columns[i].key.text);
		if (c->columns[i].type != NULL) {
			buf_put_text(out, " :: ");
			ast_text_type(out, c->columns[i].type);
		}
	}
	buf_put_text(out, c->column_count > 0 ? ")" : "");
	buf_put_text(out, c->is_from ? " FROM STDIN" : " TO STDOUT");
	put_options(out, c->options, c->option_count);
}

static void put_prepare(struct buf *out, const struct ast_stmt *s)
{
	put_word(out, "PREPARE ", &s->prepare.name);
	for (uint32_t i = 0; i < s->prepare.type_count; i++) {
		buf_put_text(out, i == 0 ? " (" : ", ");
		ast_text_type(out, s->prepare.types[i]);
	}
	buf_put_text(out, s->prepare.type_count > 0 ? ") AS " : " AS ");
	ast_text_stmt(out, s->prepare.statement);
}

static void put_execute(struct buf *out, const struct ast_stmt *s)
{
	put_word(out, "EXECUTE ", &s->execute.name);
	if (s->execute.arg_count == 0)
		return;
	buf_put_text(out, " (");
	ast_text_list(out, s->execute.args, s->execute.arg_count);
	buf_put_byte(out, ')');
}

static void put_declare(struct buf *out, const struct ast_stmt *s)
{
	put_word(out, "DECLARE ", &s->declare.name);
	buf_printf(out, "%s%s%s CURSOR%s FOR ", s->declare.is_binary ? " BINARY" : "",
		s->declare.is_scroll ? " SCROLL" : "", s->declare.is_no_scroll ? " NO SCROLL" : "",
		s->declare.is_hold ? " WITH HOLD" : "");
	ast_text_stmt(out, s->declare.statement);
}

static void put_fetch(struct buf *out, const struct ast_fetch *f)
{
	static const char *const directions[] = { "NEXT", "PRIOR", "FIRST", "LAST", "ABSOLUTE",
		"RELATIVE", "FORWARD", "BACKWARD" };

	buf_printf(out, "%s %s", f->is_move ? "MOVE" : "FETCH", directions[f->direction]);
	if (f->count == INT64_MAX)
		buf_put_text(out, " ALL");
	else if (f->direction >= FETCH_ABSOLUTE)
		buf_printf(out, " %lld", (long long)f->count);
	put_word(out, " FROM ", &f->cursor);
}

static void put_name_or_all(
	struct buf *out, const char *word, const char *all, const struct ast_name *name)
{
	buf_put_text(out, word);
	if (name->text.length == 0)
		buf_put_text(out, all);
	else
		ast_text_variable(out, name->text);
}

static void put_helper(struct buf *out, const struct ast_stmt *s)
{
	switch (s->kind) {
	case STMT_EXPLAIN:
		buf_put_text(out, "EXPLAIN");
		put_options(out, s->explain.options, s->explain.option_count);
		buf_put_byte(out, ' ');
		ast_text_stmt(out, s->explain.statement);
		break;
	case STMT_COPY:
		put_copy(out, s->copy);
		break;
	case STMT_PREPARE:
		put_prepare(out, s);
		break;
	case STMT_EXECUTE:
		put_execute(out, s);
		break;
	case STMT_DEALLOCATE:
		put_name_or_all(out, "DEALLOCATE ", "ALL", &s->name);
		break;
	case STMT_DECLARE:
		put_declare(out, s);
		break;
	case STMT_FETCH:
		put_fetch(out, &s->fetch);
		break;
	case STMT_CLOSE:
		put_name_or_all(out, "CLOSE ", "ALL", &s->name);
		break;
	case STMT_LISTEN:
		put_word(out, "LISTEN ", &s->name);
		break;
	case STMT_UNLISTEN:
		put_name_or_all(out, "UNLISTEN ", "*", &s->name);
		break;
	default:
		assert(s->kind == STMT_NOTIFY);
		put_word(out, "NOTIFY ", &s->notify.channel);
		buf_put_text(out, ", ");
		ast_text_string(out, s->notify.payload);
		break;
	}
}

/* ---- session ---- */

static void put_session(struct buf *out, const struct ast_stmt *s)
{
	static const char *const catalogs[] = { "LABELS", "TYPES", "KEYS", "INDEXES", "CONSTRAINTS",
		"GRAPHS", "GRAPH TYPES", "FUNCTIONS", "PROCEDURES", "TRANSACTIONS" };
	static const char *const discards[] = { "ALL", "PLANS", "SEQUENCES", "TEMP" };

	switch (s->kind) {
	case STMT_SHOW_CATALOG:
		buf_printf(out, "SHOW %s", catalogs[s->catalog]);
		break;
	case STMT_DISCARD:
		buf_printf(out, "DISCARD %s", discards[s->discard]);
		break;
	case STMT_SESSION_SET_GRAPH:
		put_word(out, "SESSION SET GRAPH ", &s->name);
		break;
	case STMT_SESSION_SET_SCHEMA:
		put_word(out, "SESSION SET SCHEMA ", &s->name);
		break;
	case STMT_SESSION_SET_VALUE:
		buf_printf(out, "SESSION SET VALUE $%.*s", STR_ARGS(s->value.name.text));
		if (s->value.type != NULL) {
			buf_put_text(out, " :: ");
			ast_text_type(out, s->value.type);
		}
		buf_put_text(out, " = ");
		ast_text_value(out, s->value.expr);
		break;
	case STMT_SESSION_RESET_PARAMETERS:
		buf_put_text(out, "SESSION RESET ALL PARAMETERS");
		break;
	case STMT_SESSION_RESET_VALUE:
		buf_printf(out, "SESSION RESET $%.*s", STR_ARGS(s->name.text));
		break;
	case STMT_SESSION_RESET_GRAPH:
		buf_put_text(out, "SESSION RESET GRAPH");
		break;
	case STMT_SESSION_CLOSE:
		buf_put_text(out, "SESSION CLOSE");
		break;
	default:
		assert(s->kind == STMT_SESSION_RESET_ALL);
		buf_put_text(out, "SESSION RESET ALL");
		break;
	}
}

void ast_text_stmt(struct buf *out, const struct ast_stmt *s)
{
	switch (s->kind) {
	case STMT_QUERY:
		ast_text_program(out, s->program);
		break;
	case STMT_SET:
	case STMT_RESET:
	case STMT_SHOW:
		put_setting(out, s);
		break;
	case STMT_BEGIN:
	case STMT_COMMIT:
	case STMT_ROLLBACK:
	case STMT_SET_TRANSACTION:
		put_transaction(out, s);
		break;
	case STMT_SAVEPOINT:
		put_word(out, "SAVEPOINT ", &s->name);
		break;
	case STMT_RELEASE:
		put_word(out, "RELEASE SAVEPOINT ", &s->name);
		break;
	case STMT_ROLLBACK_TO:
		put_word(out, "ROLLBACK TO SAVEPOINT ", &s->name);
		break;
	case STMT_SET_CONSTRAINTS:
		buf_put_text(out, "SET CONSTRAINTS ALL ");
		buf_put_text(out, s->is_immediate ? "IMMEDIATE" : "DEFERRED");
		break;
	case STMT_CHECKPOINT:
		buf_put_text(out, "CHECKPOINT");
		break;
	default:
		if (ast_is_kept_as_text(s->kind))
			buf_put_str(out, s->text); /* as written: it is kept so in the catalog */
		else if (s->kind >= STMT_CREATE_GRAPH && s->kind <= STMT_VACUUM)
			put_schema(out, s);
		else if (s->kind >= STMT_SHOW_CATALOG && s->kind <= STMT_SESSION_CLOSE)
			put_session(out, s);
		else
			put_helper(out, s);
		break;
	}
}
