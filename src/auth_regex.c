/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Regular expressions of the files by which clients get in: see auth_regex.h.
 */
#include "src/auth_regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/check.h"

enum { STEPS_MAX = 100000, FAULT_SIZE = 128 };

struct auth_regex {
	pcre2_code *code;
};

enum sqlstate auth_regex_new(struct str text, struct auth_regex **out, struct error *e)
{
	struct auth_regex *r;
	char why[FAULT_SIZE];
	PCRE2_SIZE at;
	int fault;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)text.at, text.length,
		PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &fault, &at, NULL);

	if (code == NULL) {
		(void)pcre2_get_error_message(fault, (PCRE2_UCHAR *)why, sizeof why);
		return FAIL(e, E_CONFIG_FILE, "invalid regular expression \"%.*s\": %s",
			STR_ARGS(text), why);
	}
	r = calloc(1, sizeof *r);
	if (r == NULL)
		PANIC("out of memory");
	r->code = code;
	*out = r;
	return OK;
}

void auth_regex_free(struct auth_regex *r)
{
	if (r == NULL)
		return;
	pcre2_code_free(r->code);
	free(r);
}

enum sqlstate auth_regex_find(const struct auth_regex *r, struct str text, bool *found,
	struct str *group, struct error *e)
{
	pcre2_match_data *data = pcre2_match_data_create_from_pattern(r->code, NULL);
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	const PCRE2_SIZE *places;
	int count;

	if (data == NULL || context == NULL)
		PANIC("out of memory");
	(void)pcre2_set_match_limit(context, STEPS_MAX);
	count = pcre2_match(r->code, (PCRE2_SPTR)text.at, text.length, 0, 0, data, context);
	places = pcre2_get_ovector_pointer(data);
	*found = count > 0;
	*group = (struct str){ NULL, 0 };
	if (count > 1 && places[2] != PCRE2_UNSET)
		*group = (struct str){ text.at + places[2], (uint32_t)(places[3] - places[2]) };
	pcre2_match_context_free(context);
	pcre2_match_data_free(data);
	if (count >= 0 || count == PCRE2_ERROR_NOMATCH)
		return OK;
	return FAIL(e, E_CONFIG_FILE, "regular expression match for \"%.*s\" failed: %d",
		STR_ARGS(text), count);
}
