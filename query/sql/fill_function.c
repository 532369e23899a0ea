/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The rows of functions in FROM: table_functions.def.
 */
#include "query/eval/eval.h"
#include "query/sql/fills.h"
#include "query/sql/label_table.h"

RELATION_FILL(function_keywords)
{
	static const struct {
		const char *word;
		char category;
		bool is_bare;
	} words[] = {
#define WORD(...) { __VA_ARGS__ },
#include "query/sql/pg_keywords.def"
#undef WORD
	};

	(void)e;
	for (uint32_t i = 0; i < ARRAY_COUNT(words); i++) {
		char category = words[i].category;
		struct value *row = relation_add(s);

		row[f_get_keywords_word] = relation_text(words[i].word);
		row[f_get_keywords_catcode] = relation_char(s, category);
		row[f_get_keywords_barelabel] = value_bool(words[i].is_bare);
		row[f_get_keywords_catdesc] = relation_text(
			category == 'U'   ? "unreserved"
			: category == 'C' ? "unreserved (cannot be function or type name)"
			: category == 'T' ? "reserved (can be function or type name)"
					  : "reserved");
		row[f_get_keywords_baredesc] = relation_text(
			words[i].is_bare ? "can be bare label" : "requires AS");
	}
	return OK;
}

/* Nothing is partitioned: a table has no ancestors, and PostgreSQL then lists not even itself. */
RELATION_FILL(function_ancestors)
{
	(void)s, (void)e;
	return OK;
}

RELATION_FILL(function_expand)
{
	struct value list = s->args[0];

	(void)e;
	if (value_is_null(list))
		return OK;
	for (uint32_t i = 0; i < list.count; i++) {
		struct value *row = relation_add(s);

		row[f_expandarray_x] = value_copy(s->arena, list.items[i]);
		row[f_expandarray_n] = value_int(i + 1);
	}
	return OK;
}

/* "name=value" each. */
RELATION_FILL(function_options)
{
	struct value list = s->args[0];

	(void)e;
	for (uint32_t i = 0; !value_is_null(list) && i < list.count; i++) {
		struct str text = arena_str(s->arena, value_str(list.items[i]));
		const char *equals = memchr(text.at, '=', text.length);
		uint32_t length = equals == NULL ? text.length : (uint32_t)(equals - text.at);
		struct value *row = relation_add(s);

		row[f_options_to_table_option_name] =
			value_string((struct str){ text.at, length });
		if (equals != NULL)
			row[f_options_to_table_option_value] = value_string(
				(struct str){ equals + 1, text.length - length - 1 });
	}
	return OK;
}
