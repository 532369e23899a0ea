/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Settings: see setting.h for the layers. This file holds the sets and their undo; the rows and their
 * names are in setting_rows.c, the reading and writing of values as text in setting_text.c.
 *
 * Invariants
 *  I1  A set that is the base of another is never changed.
 *  I2  A string value points at a static default, at a text of the base (alive as long as the
 *      reference is), or at a heap copy for which is_owned is true.
 *  I3  Undo entries own the text they would restore; an entry is used or freed exactly once.
 */
#include "base/setting.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/datetime.h"
#include "base/setting_text.h"

#define CUSTOM_COUNT_MAX 1000
#define CUSTOM_NAME_MAX 200
#define TEXT_LENGTH_MAX (1u << 20)

/* A name with a dot that is no row; text NULL means that it is not set (it was reset). */
struct setting_custom {
	char *name;
	char *text;
	char *startup_text; /* what RESET returns to, or NULL */
};

/* One change that can be undone: the value before it. */
struct setting_undo {
	enum setting_id id; /* SETTING_COUNT: a custom one */
	size_t custom_index;
	union setting_value value;
	char *custom_text;
	uint8_t source;
	bool is_owned;
	bool is_local; /* the change itself was SET LOCAL */
};

struct setting_startup {
	enum setting_id id;
	char *text;
};

static char *copy_text(struct str text)
{
	char *copy = malloc((size_t)text.length + 1);

	if (copy == NULL)
		PANIC("out of memory");
	if (text.length > 0)
		memcpy(copy, text.at, text.length);
	copy[text.length] = '\0';
	return copy;
}

static void *grow_array(void *array, size_t count, size_t size)
{
	void *grown = realloc(array, count * size);

	if (grown == NULL)
		PANIC("out of memory");
	return grown;
}

/* --- sets --------------------------------------------------------------------------------- */

static union setting_value default_value(enum setting_id id)
{
	const struct setting_row *row = &setting_rows[id];
	union setting_value value = { 0 };

	if (row->type == SETTING_TYPE_STRING)
		value.text = row->default_text;
	else if (row->type == SETTING_TYPE_ENUM)
		value.integer = setting_option_index(row->options, str_of(row->default_text));
	else if (row->type == SETTING_TYPE_FLOAT)
		value.real = row->default_number;
	else
		value.integer = (int64_t)row->default_number;
	assert(row->type != SETTING_TYPE_ENUM || value.integer >= 0);
	return value;
}

struct settings *settings_new(struct settings *base)
{
	struct settings *s = calloc(1, sizeof *s);

	if (s == NULL)
		PANIC("out of memory");
	s->references = 1;
	s->made_at = timestamp_now();
	if (base == NULL) {
		for (int id = 0; id < SETTING_COUNT; id++)
			s->values[id] = default_value((enum setting_id)id);
		return s;
	}
	assert(base->undo_count == 0);
	s->base = settings_reference(base);
	memcpy(s->values, base->values, sizeof s->values);
	memcpy(s->sources, base->sources, sizeof s->sources);
	memcpy(s->is_pending, base->is_pending, sizeof s->is_pending);
	return s;
}

int64_t settings_loaded(const struct settings *s)
{
	return s->base == NULL ? s->made_at : s->base->made_at;
}

struct settings *settings_reference(struct settings *s)
{
	assert(s->references > 0);
	atomic_fetch_add_explicit(&s->references, 1, memory_order_relaxed);
	return s;
}

static void drop_value(struct settings *s, enum setting_id id)
{
	if (s->is_owned[id])
		free((char *)s->values[id].text);
	s->is_owned[id] = false;
}

static void drop_undo(struct setting_undo *u)
{
	if (u->is_owned)
		free((char *)u->value.text);
	free(u->custom_text);
}

void settings_release(struct settings *s)
{
	if (s == NULL || atomic_fetch_sub_explicit(&s->references, 1, memory_order_acq_rel) > 1)
		return;
	for (int id = 0; id < SETTING_COUNT; id++)
		drop_value(s, (enum setting_id)id);
	for (size_t i = 0; i < s->undo_count; i++)
		drop_undo(&s->undo[i]);
	for (size_t i = 0; i < s->custom_count; i++) {
		free(s->custom[i].name);
		free(s->custom[i].text);
		free(s->custom[i].startup_text);
	}
	for (size_t i = 0; i < s->startup_count; i++)
		free(s->startup[i].text);
	free(s->undo);
	free(s->custom);
	free(s->startup);
	settings_release(s->base);
	free(s);
}

void settings_rebase(struct settings *s, struct settings *next)
{
	struct settings *before = s->base;

	assert(s->undo_count == 0);
	for (int id = 0; id < SETTING_COUNT; id++) {
		bool is_string = setting_rows[id].type == SETTING_TYPE_STRING;

		/* A text that is not owned is the old base's, whatever its source (I2). */
		if (s->sources[id] > SETTING_FROM_COMMAND_LINE && (!is_string || s->is_owned[id]))
			continue;
		drop_value(s, (enum setting_id)id);
		s->values[id] = next->values[id];
		s->sources[id] = next->sources[id];
	}
	memcpy(s->is_pending, next->is_pending, sizeof s->is_pending);
	s->base = settings_reference(next);
	s->generation++;
	settings_release(before);
}

/* --- changes ------------------------------------------------------------------------------ */

static struct setting_undo *push_undo(struct settings *s)
{
	if (s->undo_count == s->undo_capacity) {
		s->undo_capacity = s->undo_capacity == 0 ? 8 : s->undo_capacity * 2;
		s->undo = grow_array(s->undo, s->undo_capacity, sizeof *s->undo);
	}
	memset(&s->undo[s->undo_count], 0, sizeof *s->undo);
	return &s->undo[s->undo_count++];
}

/* Puts a value in place; the one before goes to the undo list, or is dropped. */
static void replace_value(struct settings *s, enum setting_id id, union setting_value value,
	bool is_owned, enum setting_source source)
{
	if (s->in_transaction) {
		struct setting_undo *u = push_undo(s);

		u->id = id;
		u->value = s->values[id];
		u->source = s->sources[id];
		u->is_owned = s->is_owned[id];
		u->is_local = source == SETTING_FROM_LOCAL;
		s->is_owned[id] = false;
	}
	drop_value(s, id);
	s->values[id] = value;
	s->is_owned[id] = is_owned;
	s->sources[id] = (uint8_t)source;
	s->generation++;
}

static enum sqlstate check_source(const struct settings *s, enum setting_id id,
	enum setting_source source, struct error *e)
{
	const struct setting_row *row = &setting_rows[id];
	bool is_start = source == SETTING_FROM_FILE || source == SETTING_FROM_COMMAND_LINE ||
			source == SETTING_FROM_SERVER;

	if (row->context == SETTING_INTERNAL && source != SETTING_FROM_SERVER)
		return FAIL(e, E_CANT_CHANGE_NOW, "parameter \"%s\" cannot be changed", row->name);
	if (row->context == SETTING_POSTMASTER && !is_start)
		return FAIL(e, E_CANT_CHANGE_NOW,
			"parameter \"%s\" cannot be changed without restarting the server",
			row->name);
	if (row->context == SETTING_SIGHUP && !is_start)
		return FAIL(
			e, E_CANT_CHANGE_NOW, "parameter \"%s\" cannot be changed now", row->name);
	if ((row->flags & SETTING_FLAG_SUPERUSER) != 0 && !is_start &&
		!setting_bool(s, SETTING_is_superuser))
		return FAIL(
			e, E_PRIVILEGE, "permission denied to set parameter \"%s\"", row->name);
	return OK;
}

static void remember_startup(struct settings *s, enum setting_id id, struct str text)
{
	for (size_t i = 0; i < s->startup_count; i++) {
		if (s->startup[i].id == id) {
			free(s->startup[i].text);
			s->startup[i].text = copy_text(text);
			return;
		}
	}
	s->startup = grow_array(s->startup, s->startup_count + 1, sizeof *s->startup);
	s->startup[s->startup_count].id = id;
	s->startup[s->startup_count].text = copy_text(text);
	s->startup_count++;
}

enum sqlstate setting_set(struct settings *s, enum setting_id id, struct str text,
	enum setting_source source, struct error *e)
{
	char scratch[SETTING_CANONICAL_SIZE];
	union setting_value value = { 0 };
	bool is_owned = false;

	assert(id < SETTING_COUNT);
	TRY(check_source(s, id, source, e));
	if (setting_rows[id].type == SETTING_TYPE_STRING) {
		if (text.length > TEXT_LENGTH_MAX)
			return FAIL(e, E_INVALID_VALUE, "value of parameter \"%s\" is too long",
				setting_rows[id].name);
		TRY(setting_text_check(id, s->values[id].text, &text, scratch, e));
		value.text = copy_text(text);
		is_owned = true;
	} else {
		TRY(setting_text_parse(id, text, &value, e));
	}
	replace_value(s, id, value, is_owned, source);
	if (source == SETTING_FROM_CLIENT)
		remember_startup(s, id, text);
	return OK;
}

enum sqlstate setting_reset(
	struct settings *s, enum setting_id id, enum setting_source source, struct error *e)
{
	union setting_value value = s->base != NULL ? s->base->values[id] : default_value(id);
	bool is_string = setting_rows[id].type == SETTING_TYPE_STRING;

	assert(id < SETTING_COUNT);
	TRY(check_source(s, id, source, e));
	for (size_t i = 0; i < s->startup_count; i++) {
		if (s->startup[i].id == id)
			return setting_set(s, id, str_of(s->startup[i].text), source, e);
	}
	if (is_string)
		value.text = copy_text(str_of(value.text));
	replace_value(s, id, value, is_string, source);
	/* Outside of a transaction the value is the base's again and follows reloads. */
	if (!s->in_transaction)
		s->sources[id] = s->base != NULL ? s->base->sources[id] : SETTING_FROM_DEFAULT;
	return OK;
}

void settings_reset_all(struct settings *s)
{
	struct error ignored;

	for (int id = 0; id < SETTING_COUNT; id++) {
		bool is_changed = s->sources[id] >= SETTING_FROM_SESSION;

		/* The current transaction's own modes are not reset. */
		if (id == SETTING_transaction_isolation || id == SETTING_transaction_read_only ||
			id == SETTING_transaction_deferrable)
			continue;
		if (is_changed &&
			setting_reset(s, (enum setting_id)id, SETTING_FROM_SESSION, &ignored) != OK)
			unreachable();
	}
	for (size_t i = 0; i < s->custom_count; i++) {
		struct str name = str_of(s->custom[i].name);

		if (settings_reset_name(s, name, SETTING_FROM_SESSION, &ignored) != OK)
			unreachable();
	}
}

/* --- by name ------------------------------------------------------------------------------ */

static size_t find_custom(const struct settings *s, struct str name)
{
	size_t i = 0;

	while (i < s->custom_count && !str_equal_nocase(name, str_of(s->custom[i].name)))
		i++;
	return i;
}

static enum sqlstate check_custom_name(struct str name, struct error *e)
{
	const char *dot = name.length == 0 ? NULL : memchr(name.at, '.', name.length);

	if (dot == NULL)
		return FAIL(e, E_NO_OBJECT, "unrecognized configuration parameter \"%.*s\"",
			STR_ARGS(name));
	if (name.length > CUSTOM_NAME_MAX || dot == name.at || dot == name.at + name.length - 1 ||
		memchr(name.at, '\0', name.length) != NULL)
		return FAIL(e, E_INVALID_VALUE, "invalid configuration parameter name \"%.*s\"",
			(int)MIN_OF(name.length, CUSTOM_NAME_MAX), name.at);
	return OK;
}

static void replace_custom(struct settings *s, size_t index, char *text, enum setting_source source)
{
	struct setting_custom *c = &s->custom[index];

	if (s->in_transaction) {
		struct setting_undo *u = push_undo(s);

		u->id = SETTING_COUNT;
		u->custom_index = index;
		u->custom_text = c->text;
		u->is_local = source == SETTING_FROM_LOCAL;
	} else {
		free(c->text);
	}
	c->text = text;
	s->generation++;
}

enum sqlstate settings_set_name(struct settings *s, struct str name, struct str text,
	enum setting_source source, struct error *e)
{
	enum setting_id id = setting_find(name);
	size_t index;

	if (id != SETTING_COUNT)
		return setting_set(s, id, text, source, e);
	TRY(check_custom_name(name, e));
	if (text.length > TEXT_LENGTH_MAX)
		return FAIL(e, E_INVALID_VALUE, "value of parameter \"%.*s\" is too long",
			STR_ARGS(name));
	index = find_custom(s, name);
	if (index == s->custom_count) {
		if (s->custom_count == CUSTOM_COUNT_MAX)
			return FAIL(e, E_LIMIT_EXCEEDED,
				"too many customized configuration parameters");
		s->custom = grow_array(s->custom, s->custom_count + 1, sizeof *s->custom);
		memset(&s->custom[index], 0, sizeof *s->custom);
		s->custom[index].name = copy_text(name);
		s->custom_count++;
	}
	replace_custom(s, index, copy_text(text), source);
	if (source == SETTING_FROM_CLIENT) {
		free(s->custom[index].startup_text);
		s->custom[index].startup_text = copy_text(text);
	}
	return OK;
}

enum sqlstate settings_reset_name(
	struct settings *s, struct str name, enum setting_source source, struct error *e)
{
	enum setting_id id = setting_find(name);
	const char *startup;
	size_t index;

	if (id != SETTING_COUNT)
		return setting_reset(s, id, source, e);
	TRY(check_custom_name(name, e));
	index = find_custom(s, name);
	if (index == s->custom_count)
		return OK;
	/* PostgreSQL leaves a custom name that was once set as an empty text. */
	startup = s->custom[index].startup_text;
	replace_custom(s, index, copy_text(str_of(startup == NULL ? "" : startup)), source);
	return OK;
}

enum sqlstate settings_show_name(const struct settings *s, struct str name,
	char scratch[SETTING_SHOW_SIZE], struct str *text, struct error *e)
{
	enum setting_id id = setting_find(name);
	size_t index;

	if (id != SETTING_COUNT) {
		if (!setting_is_shown(s, id))
			return FAIL(e, E_PRIVILEGE, "must be superuser to examine \"%s\"",
				setting_rows[id].name);
		*text = setting_show(s, id, scratch);
		return OK;
	}
	index = find_custom(s, name);
	if (index == s->custom_count && s->base != NULL)
		return settings_show_name(s->base, name, scratch, text, e);
	if (index == s->custom_count || s->custom[index].text == NULL)
		return FAIL(e, E_NO_OBJECT, "unrecognized configuration parameter \"%.*s\"",
			STR_ARGS(name));
	*text = str_of(s->custom[index].text);
	return OK;
}

/* --- transactions ------------------------------------------------------------------------- */

void settings_begin(struct settings *s)
{
	assert(s->undo_count == 0);
	s->in_transaction = true;
}

size_t settings_mark(const struct settings *s)
{
	return s->undo_count;
}

/* Puts the value before a change back in place; the entry's text moves or is freed. */
static void apply_undo(struct settings *s, struct setting_undo *u)
{
	if (u->id == SETTING_COUNT) {
		free(s->custom[u->custom_index].text);
		s->custom[u->custom_index].text = u->custom_text;
	} else {
		drop_value(s, u->id);
		s->values[u->id] = u->value;
		s->is_owned[u->id] = u->is_owned;
		s->sources[u->id] = u->source;
	}
	s->generation++;
}

void settings_rollback_to(struct settings *s, size_t mark)
{
	assert(mark <= s->undo_count);
	while (s->undo_count > mark)
		apply_undo(s, &s->undo[--s->undo_count]);
}

void settings_rollback(struct settings *s)
{
	settings_rollback_to(s, 0);
	s->in_transaction = false;
}

/* A plain SET stays, so no SET LOCAL before it may be restored. */
static void keep_from_restore(struct settings *s, const struct setting_undo *set)
{
	for (struct setting_undo *u = s->undo; u < set; u++) {
		if (u->id == set->id && u->custom_index == set->custom_index)
			u->is_local = false;
	}
}

void settings_commit(struct settings *s)
{
	while (s->undo_count > 0) {
		struct setting_undo *u = &s->undo[s->undo_count - 1];

		if (u->is_local) {
			apply_undo(s, u);
		} else {
			keep_from_restore(s, u);
			drop_undo(u);
		}
		s->undo_count--;
	}
	s->in_transaction = false;
}
