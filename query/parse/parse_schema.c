/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Schema statements: section 11 of the language. Both spellings of an
 * index (SQL's ON L (k) and openCypher's FOR (n:L) ON (n.k)) become the same struct ast_index.
 */
#include "query/parse/parse_table.h"

#include "base/check.h"

static enum sqlstate parse_if_not_exists(struct parser *p, bool *out)
{
	if (*out || p->token.kind != KW_IF)
		return OK;
	parse_advance(p);
	TRY(parse_expect(p, KW_NOT));
	TRY(parse_expect(p, KW_EXISTS));
	*out = true;
	return OK;
}

static enum sqlstate parse_if_exists(struct parser *p, bool *out)
{
	if (p->token.kind != KW_IF || !parse_sees(p, 1, KW_EXISTS))
		return OK;
	parse_advance(p);
	parse_advance(p);
	*out = true;
	return OK;
}

/* NODE, EDGE and their synonyms; NONE if the token is neither. */
static enum ast_element_class class_of(uint16_t kind)
{
	switch (kind) {
	case KW_NODE:
	case KW_VERTEX:
		return CLASS_NODE;
	case KW_EDGE:
	case KW_REL:
	case KW_RELATIONSHIP:
		return CLASS_EDGE;
	default:
		return CLASS_NONE;
	}
}

static enum ast_element_class parse_class(struct parser *p)
{
	enum ast_element_class class = class_of(p->token.kind);

	if (class != CLASS_NONE)
		parse_advance(p);
	parse_note(p, "NODE");
	parse_note(p, "EDGE");
	return class;
}

/* LABEL, TYPE or TABLE behind NODE or EDGE says nothing, unless it is the label's own name. */
static void parse_class_noise(struct parser *p)
{
	const struct token *next = parse_peek(p, 1);

	if (p->token.kind != KW_LABEL && p->token.kind != KW_TYPE && p->token.kind != KW_TABLE)
		return;
	if (parse_is_any_name_token(next))
		parse_advance(p);
}

/* ---- properties and labels ---- */

static enum sqlstate parse_property_option(
	struct parser *p, struct ast_property *out, bool *is_there)
{
	if (p->token.kind == KW_NOT) {
		parse_advance(p);
		TRY(parse_expect(p, KW_NULL));
		out->is_not_null = true;
	} else if (parse_accept(p, KW_UNIQUE)) {
		out->is_unique = true;
	} else if (parse_accept(p, KW_PRIMARY)) {
		TRY(parse_expect(p, KW_KEY));
		out->is_primary_key = true;
	} else if (parse_accept(p, KW_DEFAULT)) {
		TRY(parse_expr_until(p, KW_IN, &out->default_value));
	} else {
		*is_there = false;
	}
	return OK;
}

static enum sqlstate parse_property(struct parser *p, struct ast_property *out)
{
	bool is_there = true;

	TRY(parse_any_name(p, "a property name", &out->key));
	if (p->token.kind == ':') {
		parse_advance(p);
		if (p->token.kind == ':' && p->token.is_adjacent)
			parse_advance(p);
	}
	TRY(parse_type(p, &out->type));
	/* The type's own NOT NULL is the property's. */
	out->is_not_null = out->type->is_not_null;
	out->type->is_not_null = false;
	while (is_there)
		TRY(parse_property_option(p, out, &is_there));
	return OK;
}

static enum sqlstate parse_edge_end(struct parser *p, bool has_key, struct ast_edge_end *out)
{
	TRY(parse_any_name(p, "a label", &out->label));
	if (!has_key || !parse_accept(p, '('))
		return OK;
	TRY(parse_any_name(p, "a property name", &out->key));
	return parse_expect(p, ')');
}

/* FROM A [(key)] TO B [(key)], the keys where they may be. */
static enum sqlstate parse_edge_pair(struct parser *p, bool has_keys, struct ast_edge_pair *out)
{
	TRY(parse_expect(p, KW_FROM));
	TRY(parse_edge_end(p, has_keys, &out->from));
	TRY(parse_expect(p, KW_TO));
	return parse_edge_end(p, has_keys, &out->to);
}

static enum sqlstate parse_label_part(struct parser *p, struct ast_label_definition *out)
{
	if (p->token.kind == KW_CONSTRAINT && parse_sees(p, 2, KW_PRIMARY)) {
		parse_advance(p);
		TRY(parse_any_name(p, "a name", &out->primary_name));
	}
	if (p->token.kind == KW_PRIMARY && parse_sees(p, 1, KW_KEY) && parse_sees(p, 2, '(')) {
		if (out->primary_key_count > 0)
			return parse_fail(p, "a property");
		parse_advance(p);
		parse_advance(p);
		return parse_name_list(
			p, "a property name", &out->primary_key, &out->primary_key_count);
	}
	if (out->class == CLASS_EDGE && p->token.kind == KW_FROM)
		return parse_edge_pair(p, true, PARSE_PUSH(p, out->pairs, out->pair_count));
	return parse_property(p, PARSE_PUSH(p, out->properties, out->property_count));
}

/* Behind NODE or EDGE. */
static enum sqlstate parse_label_definition(struct parser *p, struct ast_label_definition *out)
{
	parse_class_noise(p);
	TRY(parse_if_not_exists(p, &out->if_not_exists));
	TRY(parse_any_name(p, "a label", &out->label));
	if (!parse_accept(p, '(') || parse_accept(p, ')'))
		return OK;
	do {
		TRY(parse_label_part(p, out));
	} while (parse_accept(p, ','));
	return parse_expect(p, ')');
}

enum sqlstate parse_graph_element(struct parser *p, struct ast_label_definition *out)
{
	out->class = parse_class(p);
	if (out->class == CLASS_NONE)
		return parse_fail(p, NULL);
	return parse_label_definition(p, out);
}

/* ---- indexes and constraints ---- */

/* Where an index or a constraint applies, openCypher's way: (v:L), ()-[v:L]-(). */
static enum sqlstate parse_for_target(struct parser *p, struct ast_name *variable,
	enum ast_element_class *class, struct ast_name *label)
{
	bool is_edge;

	TRY(parse_expect(p, '('));
	is_edge = parse_is(p, ')');
	*class = is_edge ? CLASS_EDGE : CLASS_NODE;
	if (is_edge) {
		parse_advance(p);
		parse_accept(p, '<');
		TRY(parse_expect(p, '-'));
		TRY(parse_expect(p, '['));
	}
	TRY(parse_name(p, "a variable", variable));
	if (!parse_accept(p, ':'))
		TRY(parse_expect(p, KW_IS));
	TRY(parse_any_name(p, "a label", label));
	if (!is_edge)
		return parse_expect(p, ')');
	TRY(parse_expect(p, ']'));
	TRY(parse_expect(p, '-'));
	parse_accept(p, '>');
	TRY(parse_expect(p, '('));
	return parse_expect(p, ')');
}

/* v.key, where v must be the variable of the target. */
static enum sqlstate parse_for_key(
	struct parser *p, const struct ast_name *variable, struct ast_name *key)
{
	struct ast_name v = { 0 };

	TRY(parse_name(p, "a variable", &v));
	if (!str_equal(v.text, variable->text))
		return PARSE_ERROR(
			p, v.at, E_NO_COLUMN, "variable \"%.*s\" is not defined", STR_ARGS(v.text));
	TRY(parse_expect(p, '.'));
	return parse_any_name(p, "a property name", key);
}

static enum sqlstate parse_index_for(struct parser *p, struct ast_index *out)
{
	struct ast_name variable = { 0 };

	out->is_cypher = true;
	parse_advance(p);
	TRY(parse_for_target(p, &variable, &out->class, &out->label));
	TRY(parse_expect(p, KW_ON));
	TRY(parse_expect(p, '('));
	do {
		struct ast_index_key *key = PARSE_PUSH(p, out->keys, out->key_count);

		TRY(parse_for_key(p, &variable, &key->key));
	} while (parse_accept(p, ','));
	return parse_expect(p, ')');
}

static enum sqlstate parse_index_method(struct parser *p, struct ast_index *out)
{
	if (!parse_accept(p, KW_USING))
		return OK;
	if (parse_accept(p, KW_BTREE))
		out->method = INDEX_BTREE;
	else if (parse_accept(p, KW_HASH))
		out->method = INDEX_HASH;
	else
		return parse_fail(p, NULL);
	return OK;
}

/* Text is ordered by code points anyway. */
enum sqlstate parse_operator_class(struct parser *p)
{
	struct ast_qname ignored = { 0 };

	if (parse_accept_word(p, "COLLATE"))
		TRY(parse_qname(p, "a collation", &ignored));
	if (parse_is_name_token(&p->token) && !parse_word(p, "ASC") && !parse_word(p, "DESC") &&
		!parse_word(p, "NULLS"))
		return parse_qname(p, NULL, &ignored);
	return OK;
}

/* INCLUDE, WITH and TABLESPACE say how PostgreSQL keeps the index. */
static enum sqlstate parse_index_noise(struct parser *p)
{
	struct ast_name *ignored = NULL;
	uint32_t count = 0;

	if (parse_accept_word(p, "INCLUDE"))
		TRY(parse_column_names(p, &ignored, &count));
	if (parse_word(p, "NULLS") && parse_sees_word(p, 1, "NOT"))
		return parse_unsupported(p, p->token.at, "NULLS NOT DISTINCT");
	if (parse_accept_words(p, "NULLS", "DISTINCT"))
		return OK;
	return parse_storage_noise(p);
}

enum sqlstate parse_index_expr(struct parser *p, struct ast_source *out)
{
	if (!parse_accept(p, '('))
		return parse_source(p, parse_primary, out);
	TRY(parse_source(p, parse_expr, out));
	return parse_expect(p, ')');
}

static enum sqlstate parse_index_key(struct parser *p, struct ast_index_key *key)
{
	if (p->token.kind == '(' || parse_sees(p, 1, '('))
		TRY(parse_index_expr(p, &key->expr));
	else
		TRY(parse_any_name(p, "a property name", &key->key));
	TRY(parse_operator_class(p));
	key->is_descending = parse_accept(p, KW_DESC);
	if (!key->is_descending)
		parse_accept(p, KW_ASC);
	key->is_nulls_first = key->is_descending;
	if (!parse_accept_word(p, "NULLS"))
		return OK;
	key->is_nulls_first = parse_accept(p, KW_FIRST);
	return key->is_nulls_first ? OK : parse_expect(p, KW_LAST);
}

static enum sqlstate parse_index_on(struct parser *p, struct ast_index *out)
{
	TRY(parse_expect(p, KW_ON));
	if (class_of(p->token.kind) != CLASS_NONE && parse_is_any_name_token(parse_peek(p, 1)) &&
		!parse_sees(p, 1, KW_USING))
		out->class = parse_class(p);
	if (parse_word(p, "ONLY") && parse_is_any_name_token(parse_peek(p, 1)))
		parse_advance(p);
	TRY(parse_any_name(p, "a label", &out->label));
	if (parse_accept(p, '.'))
		TRY(parse_any_name(p, "a label", &out->label));
	TRY(parse_index_method(p, out));
	TRY(parse_expect(p, '('));
	do {
		TRY(parse_index_key(p, PARSE_PUSH(p, out->keys, out->key_count)));
	} while (parse_accept(p, ','));
	TRY(parse_expect(p, ')'));
	TRY(parse_index_noise(p));
	return parse_accept(p, KW_WHERE) ? parse_source(p, parse_expr, &out->where) : OK;
}

static enum sqlstate parse_create_index(struct parser *p, bool is_unique, struct ast_stmt *out)
{
	struct ast_index *index = ARENA_NEW(p->arena, struct ast_index);

	out->kind = STMT_CREATE_INDEX;
	out->index = index;
	index->is_unique = is_unique;
	TRY(parse_expect(p, KW_INDEX));
	index->is_concurrent = parse_accept(p, KW_CONCURRENTLY);
	TRY(parse_if_not_exists(p, &index->if_not_exists));
	if (!parse_is(p, KW_ON) && !parse_is(p, KW_FOR))
		TRY(parse_name(p, "an index name", &index->name));
	TRY(parse_if_not_exists(p, &index->if_not_exists));
	if (p->token.kind == KW_FOR && !is_unique)
		return parse_index_for(p, index);
	return parse_index_on(p, index);
}

static enum sqlstate parse_constraint_kind(struct parser *p, struct ast_constraint *out)
{
	TRY(parse_expect(p, KW_IS));
	if (class_of(p->token.kind) != CLASS_NONE && parse_sees(p, 1, KW_UNIQUE))
		parse_advance(p);
	if (parse_accept(p, KW_UNIQUE)) {
		out->kind = AST_CONSTRAINT_UNIQUE;
		return OK;
	}
	if (parse_accept(p, KW_NOT)) {
		out->kind = AST_CONSTRAINT_NOT_NULL;
		return parse_expect(p, KW_NULL);
	}
	if (parse_accept(p, KW_TYPED)) {
		out->kind = AST_CONSTRAINT_TYPE;
		return parse_type(p, &out->type);
	}
	if (parse_accept(p, ':')) {
		out->kind = AST_CONSTRAINT_TYPE;
		TRY(parse_expect(p, ':'));
		return parse_type(p, &out->type);
	}
	if (class_of(p->token.kind) != CLASS_NONE)
		parse_advance(p);
	out->kind = AST_CONSTRAINT_KEY;
	return parse_expect(p, KW_KEY);
}

static enum sqlstate parse_create_constraint(struct parser *p, struct ast_stmt *out)
{
	struct ast_constraint *c = ARENA_NEW(p->arena, struct ast_constraint);
	struct ast_name variable = { 0 };
	bool is_list;

	out->kind = STMT_CREATE_CONSTRAINT;
	out->constraint = c;
	parse_advance(p);
	TRY(parse_if_not_exists(p, &c->if_not_exists));
	if (!parse_is(p, KW_FOR))
		TRY(parse_name(p, "a constraint name", &c->name));
	TRY(parse_if_not_exists(p, &c->if_not_exists));
	TRY(parse_expect(p, KW_FOR));
	TRY(parse_for_target(p, &variable, &c->class, &c->label));
	TRY(parse_expect(p, KW_REQUIRE));
	is_list = parse_accept(p, '(');
	do {
		TRY(parse_for_key(p, &variable, PARSE_PUSH(p, c->keys, c->key_count)));
	} while (is_list && parse_accept(p, ','));
	if (is_list)
		TRY(parse_expect(p, ')'));
	return parse_constraint_kind(p, c);
}

/* ---- CREATE, ALTER, DROP ---- */

/* What SQL calls relations; the rest of the language's objects come behind. */
static enum sqlstate parse_create_relation(struct parser *p, struct ast_stmt *out, bool *is_there)
{
	bool or_replace;

	*is_there = true;
	if (p->token.kind == KW_TABLE)
		return parse_create_table(p, false, out);
	if (p->token.kind == KW_TEMP || p->token.kind == KW_TEMPORARY)
		return parse_create_table(p, true, out);
	if (parse_accept_word(p, "UNLOGGED")) {
		if (parse_word(p, "PROPERTY"))
			return PARSE_ERROR(p, p->token.at, E_NOT_SUPPORTED,
				"property graphs cannot be unlogged because they do not have "
				"storage");
		return parse_create_table(p, false, out);
	}
	if (parse_word(p, "SEQUENCE"))
		return parse_create_sequence(p, out);
	if (parse_word(p, "SCHEMA"))
		return parse_create_schema(p, out);
	if (parse_word(p, "EXTENSION"))
		return parse_extension(p, STMT_CREATE_EXTENSION, out);
	or_replace = parse_accept_words(p, "OR", "REPLACE");
	if (parse_is_graph_type(p) || (or_replace && parse_is(p, KW_GRAPH)))
		return parse_create_graph(p, or_replace, out);
	if (!or_replace && parse_word(p, "PROPERTY") && parse_sees_word(p, 1, "GRAPH"))
		return parse_property_graph(p, out);
	if (parse_word(p, "VIEW"))
		return parse_create_view(p, or_replace, out);
	if (p->token.kind == KW_PROCEDURE)
		return parse_create_procedure(p, or_replace, out);
	if (parse_word(p, "MATERIALIZED"))
		return parse_unsupported(p, p->token.at, "a materialized view");
	if (parse_word(p, "FUNCTION") || parse_word(p, "TRIGGER") ||
		parse_word(p, "TYPE") || parse_word(p, "DOMAIN") ||
		parse_word(p, "RULE") || parse_word(p, "DATABASE"))
		return parse_unsupported(p, p->token.at, "this form of CREATE");
	*is_there = false;
	return OK;
}

enum sqlstate parse_create(struct parser *p, struct ast_stmt *out)
{
	bool is_unique, is_there;

	parse_advance(p);
	if (parse_is(p, KW_GRAPH))
		return parse_create_graph(p, false, out);
	if (parse_is(p, KW_CONSTRAINT))
		return parse_create_constraint(p, out);
	is_unique = parse_accept(p, KW_UNIQUE);
	if (is_unique || parse_is(p, KW_INDEX))
		return parse_create_index(p, is_unique, out);
	if (class_of(p->token.kind) != CLASS_NONE) {
		out->kind = STMT_CREATE_LABEL;
		out->label = ARENA_NEW(p->arena, struct ast_label_definition);
		out->label->class = parse_class(p);
		return parse_label_definition(p, out->label);
	}
	TRY(parse_create_relation(p, out, &is_there));
	if (is_there)
		return OK;
	if (parse_is_role(p))
		return parse_create_role(p, out);
	parse_note(p, "NODE");
	parse_note(p, "EDGE");
	return parse_fail(p, "a pattern");
}

/* FROM A TO B behind ADD or DROP, which may also be the beginning of a property called "from". */
static bool sees_edge_pair(struct parser *p, const struct ast_alter *alter)
{
	if (alter->class != CLASS_EDGE || p->token.kind != KW_FROM ||
		!parse_is_any_name_token(parse_peek(p, 1)))
		return false;
	return parse_sees(p, 2, KW_TO) ||
	       (parse_sees(p, 2, '(') && parse_is_any_name_token(parse_peek(p, 3)));
}

static enum sqlstate parse_alter_action(struct parser *p, struct ast_alter *out)
{
	if (parse_accept(p, KW_ADD)) {
		out->kind = sees_edge_pair(p, out) ? ALTER_ADD_PAIR : ALTER_ADD;
		return out->kind == ALTER_ADD_PAIR ? parse_edge_pair(p, true, &out->pair)
						   : parse_property(p, &out->property);
	}
	if (parse_accept(p, KW_DROP)) {
		out->kind = sees_edge_pair(p, out) ? ALTER_DROP_PAIR : ALTER_DROP;
		if (out->kind == ALTER_DROP_PAIR)
			return parse_edge_pair(p, false, &out->pair);
		return parse_any_name(p, "a property name", &out->name);
	}
	if (parse_accept(p, KW_ALTER)) {
		out->kind = ALTER_TYPE;
		TRY(parse_any_name(p, "a property name", &out->name));
		TRY(parse_expect(p, KW_TYPE));
		return parse_type(p, &out->type);
	}
	if (parse_accept(p, KW_RENAME)) {
		out->kind = ALTER_RENAME;
		TRY(parse_expect(p, KW_TO));
		return parse_any_name(p, "a label", &out->name);
	}
	if (parse_accept_words(p, "OWNER", "TO")) {
		out->kind = ALTER_OWNER;
		return parse_any_name(p, "a role", &out->name);
	}
	TRY(parse_expect(p, KW_SET));
	out->kind = ALTER_SET_OPEN;
	if (parse_accept(p, KW_OPEN))
		return OK;
	out->kind = ALTER_SET_CLOSED;
	return parse_expect(p, KW_CLOSED);
}

/* ALTER GRAPH, ALTER GRAPH TYPE, ALTER SCHEMA */
static enum sqlstate parse_alter_graph(struct parser *p, struct ast_alter *out)
{
	out->kind = parse_is_graph_type(p) ? ALTER_GRAPH_TYPE_OWNER : ALTER_GRAPH_OWNER;
	if (out->kind == ALTER_GRAPH_TYPE_OWNER)
		parse_graph_type_words(p);
	else
		parse_advance(p);
	TRY(parse_any_name(p, "a graph", &out->label));
	TRY(parse_expect_word(p, "OWNER"));
	TRY(parse_expect(p, KW_TO));
	return parse_any_name(p, "a role", &out->name);
}

enum sqlstate parse_alter(struct parser *p, struct ast_stmt *out)
{
	struct ast_alter *alter = ARENA_NEW(p->arena, struct ast_alter);

	out->kind = STMT_ALTER_LABEL;
	out->alter = alter;
	parse_advance(p);
	if (p->token.kind == KW_TABLE)
		return parse_alter_table(p, out);
	if (p->token.kind == KW_INDEX)
		return parse_alter_index(p, out);
	if (parse_word(p, "VIEW"))
		return parse_alter_view(p, out);
	if (parse_word(p, "SEQUENCE"))
		return parse_alter_sequence(p, out);
	if (parse_is_graph_type(p))
		return parse_alter_graph(p, alter);
	if (parse_word(p, "PROPERTY") && parse_sees_word(p, 1, "GRAPH"))
		return parse_alter_property_graph(p, out);
	if (parse_is_role(p))
		return parse_alter_role(p, out);
	if (parse_word(p, "DATABASE"))
		return parse_alter_database(p, out);
	if (p->token.kind == KW_GRAPH || parse_word(p, "SCHEMA"))
		return parse_alter_graph(p, alter);
	alter->class = parse_class(p);
	if (alter->class == CLASS_NONE)
		return parse_fail(p, NULL);
	parse_class_noise(p);
	TRY(parse_any_name(p, "a label", &alter->label));
	return parse_alter_action(p, alter);
}

enum sqlstate parse_drop(struct parser *p, struct ast_stmt *out)
{
	bool is_there;

	parse_advance(p);
	if (parse_is_graph_type(p) || parse_is(p, KW_GRAPH))
		return parse_drop_graph(p, out);
	TRY(parse_drop_table(p, out, &is_there));
	if (is_there)
		return OK;
	if (parse_sees_word(p, 0, "EXTENSION"))
		return parse_extension(p, STMT_DROP_EXTENSION, out);
	if (parse_is_role(p))
		return parse_drop_role(p, out);
	if (parse_accept(p, KW_INDEX)) {
		out->kind = STMT_DROP_INDEX;
		parse_accept(p, KW_CONCURRENTLY);
	} else if (parse_accept(p, KW_CONSTRAINT)) {
		out->kind = STMT_DROP_CONSTRAINT;
	} else if (parse_accept(p, KW_PROCEDURE)) {
		out->kind = STMT_DROP_PROCEDURE;
		TRY(parse_if_exists(p, &out->drop.if_exists));
		return parse_procedure_name(p, &out->drop.name);
	} else {
		out->kind = STMT_DROP_LABEL;
		out->drop.class = parse_class(p);
		if (out->drop.class == CLASS_NONE)
			return parse_fail(p, NULL);
		parse_class_noise(p);
	}
	TRY(parse_if_exists(p, &out->drop.if_exists));
	TRY(parse_any_name(p, "a name", &out->drop.name));
	while (out->kind == STMT_DROP_INDEX && parse_accept(p, ','))
		TRY(parse_any_name(
			p, "a name", PARSE_PUSH(p, out->drop.more, out->drop.more_count)));
	TRY(parse_if_exists(p, &out->drop.if_exists));
	out->drop.is_cascade = parse_accept(p, KW_CASCADE);
	if (!out->drop.is_cascade)
		parse_accept(p, KW_RESTRICT);
	return OK;
}
