/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The texts of DateStyle: see date_style.h.
 */
#include "base/date_style.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"

enum { WORD_SIZE = 64 };

const struct date_style date_style_iso = { DATE_FORMAT_ISO, DATE_ORDER_MDY };

static const char *const formats[] = { "ISO", "Postgres", "SQL", "German" };
static const char *const orders[] = { "MDY", "DMY", "YMD" };

/* What a list says so far. */
struct said {
	struct date_style style;
	bool has_format, has_order, is_conflicting;
};

static void say_format(struct said *s, enum date_format format)
{
	s->is_conflicting |= s->has_format && s->style.format != format;
	s->style.format = format;
	s->has_format = true;
	/* Germans write the day first, unless the list says otherwise. */
	if (format == DATE_FORMAT_GERMAN && !s->has_order)
		s->style.order = DATE_ORDER_DMY;
}

static void say_order(struct said *s, enum date_order order)
{
	s->is_conflicting |= s->has_order && s->style.order != order;
	s->style.order = order;
	s->has_order = true;
}

/* `word` in lower case; false if it means nothing. */
static bool say(struct said *s, const char *word)
{
	static const struct {
		const char *word;
		uint8_t length; /* so many letters are looked at; 0: all */
		bool is_order;
		uint8_t option;
	} words[] = { { "iso", 0, false, DATE_FORMAT_ISO }, { "sql", 0, false, DATE_FORMAT_SQL },
		{ "postgres", 8, false, DATE_FORMAT_POSTGRES },
		{ "german", 0, false, DATE_FORMAT_GERMAN }, { "ymd", 0, true, DATE_ORDER_YMD },
		{ "dmy", 0, true, DATE_ORDER_DMY }, { "euro", 4, true, DATE_ORDER_DMY },
		{ "mdy", 0, true, DATE_ORDER_MDY }, { "us", 0, true, DATE_ORDER_MDY },
		{ "noneuro", 7, true, DATE_ORDER_MDY } };

	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		size_t length = words[i].length > 0 ? words[i].length : WORD_SIZE;

		if (strncmp(word, words[i].word, length) != 0)
			continue;
		if (words[i].is_order)
			say_order(s, (enum date_order)words[i].option);
		else
			say_format(s, (enum date_format)words[i].option);
		return true;
	}
	if (strcmp(word, "default") != 0)
		return false;
	if (!s->has_format)
		s->style.format = date_style_iso.format;
	if (!s->has_order)
		s->style.order = date_style_iso.order;
	return true;
}

/* The next item of the list, in lower case without the blanks around it. */
static void take_word(struct str *rest, char word[WORD_SIZE])
{
	uint32_t used = 0;

	for (; rest->length > 0 && rest->at[0] != ','; rest->at++, rest->length--) {
		if (used + 1 < WORD_SIZE && (used > 0 || !isspace((unsigned char)rest->at[0])))
			word[used++] = (char)tolower((unsigned char)rest->at[0]);
	}
	while (used > 0 && isspace((unsigned char)word[used - 1]))
		used--;
	word[used] = '\0';
}

static COLD enum sqlstate fail(struct str text, struct error *e)
{
	return FAIL(e, E_INVALID_VALUE, "invalid value for parameter \"DateStyle\": \"%.*s\"",
		STR_ARGS(text));
}

enum sqlstate date_style_parse(struct str text, struct date_style *style, struct error *e)
{
	struct said said = { .style = *style };
	struct str rest = text;
	char word[WORD_SIZE];

	while (rest.length > 0) {
		take_word(&rest, word);
		if (!say(&said, word)) {
			(void)fail(text, e);
			error_detail(e, "Unrecognized key word: \"%s\".", word);
			return e->code;
		}
		if (rest.length > 0)
			rest = (struct str){ rest.at + 1, rest.length - 1 };
	}
	if (said.is_conflicting) {
		(void)fail(text, e);
		error_detail(e, "Conflicting \"datestyle\" specifications.");
		return e->code;
	}
	*style = said.style;
	return OK;
}

void date_style_print(struct date_style style, char text[DATE_STYLE_SIZE])
{
	snprintf(text, DATE_STYLE_SIZE, "%s, %s", formats[style.format], orders[style.order]);
}

struct date_style date_style_of(const char *text)
{
	struct date_style style = date_style_iso;
	size_t length = strlen(text);

	for (size_t i = 0; i < ARRAY_COUNT(formats); i++)
		style.format = text[0] == formats[i][0] ? (enum date_format)i : style.format;
	for (size_t i = 0; i < ARRAY_COUNT(orders) && length > 3; i++)
		style.order = text[length - 3] == orders[i][0] ? (enum date_order)i : style.order;
	return style;
}
