/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Setting values from text and back; used by setting.c alone.
 */
#ifndef BASE_SETTING_TEXT_H
#define BASE_SETTING_TEXT_H

#include "base/setting.h"

/* Room for the canonical spelling of a checked string setting. */
#define SETTING_CANONICAL_SIZE 64

/* The place of `text` among "a,b,c", ignoring case; -1 if it is none of them. */
int setting_option_index(const char *options, struct str text);

/* Reads a bool, int, float or enum. Errors: 22023 with a hint on units or choices. */
enum sqlstate setting_text_parse(
	enum setting_id id, struct str text, union setting_value *value, struct error *e) MUST_USE;

/* Checks a string setting whose value is `present` so far, which DateStyle stands on; where the row
   has a canonical spelling (client_encoding, DateStyle) *text then points at it, in `canonical`.
   Errors: 22023. */
enum sqlstate setting_text_check(enum setting_id id, const char *present, struct str *text,
	char canonical[SETTING_CANONICAL_SIZE], struct error *e) MUST_USE;

#endif
