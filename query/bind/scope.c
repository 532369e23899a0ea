/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Scopes: see scope.h. Most hold a handful of names and are searched from the end; generated INSERT
 * statements bind thousands, so past SCOPE_LINEAR_MAX names a hash table of their numbers is kept.
 *
 * Invariants
 *  S1. Names within one scope are distinct.
 *  S2. buckets is NULL, or has at least twice as many entries as there are variables.
 */
#include "query/bind/scope.h"

#include <string.h>

enum { SCOPE_LINEAR_MAX = 16, SCOPE_FIRST_COUNT = 8 };

struct scope *scope_new(struct arena *a, struct scope *parent)
{
	struct scope *s = ARENA_NEW(a, struct scope);

	s->parent = parent;
	s->arena = a;
	return s;
}

static uint32_t scope_hash(struct str name)
{
	uint32_t hash = 2166136261u;

	for (uint32_t i = 0; i < name.length; i++)
		hash = (hash ^ (uint8_t)name.at[i]) * 16777619u;
	return hash;
}

static void scope_bucket_put(struct scope *s, uint32_t index)
{
	uint32_t at = scope_hash(s->variables[index].name) & (s->bucket_count - 1);

	while (s->buckets[at] != 0)
		at = (at + 1) & (s->bucket_count - 1);
	s->buckets[at] = index + 1;
}

static void scope_rehash(struct scope *s)
{
	s->bucket_count = s->bucket_count == 0 ? 8 * SCOPE_LINEAR_MAX : s->bucket_count * 2;
	s->buckets = ARENA_ARRAY(s->arena, uint32_t, s->bucket_count);
	for (uint32_t i = 0; i < s->count; i++)
		scope_bucket_put(s, i);
}

struct variable *scope_add(struct scope *s, struct str name)
{
	struct variable *v;

	if (s->count == s->capacity) {
		uint32_t capacity = s->capacity == 0 ? SCOPE_FIRST_COUNT : 2 * s->capacity;

		s->variables = arena_grow(
			s->arena, s->variables, s->count * sizeof *v, capacity * sizeof *v);
		s->capacity = capacity;
	}
	v = &s->variables[s->count++];
	*v = (struct variable){ .name = name, .slot = SLOT_NONE };
	if (s->buckets != NULL && 2 * s->count <= s->bucket_count)
		scope_bucket_put(s, s->count - 1);
	else if (s->count > SCOPE_LINEAR_MAX)
		scope_rehash(s);
	return v;
}

static bool is_among(struct str name, const struct str *names, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (str_equal(names[i], name))
			return true;
	}
	return false;
}

void scope_retain(struct scope *s, uint32_t first, const struct str *names, uint32_t count)
{
	uint32_t kept = first;

	for (uint32_t i = first; i < s->count; i++) {
		if (is_among(s->variables[i].name, names, count))
			s->variables[kept++] = s->variables[i];
	}
	s->count = kept;
	if (s->buckets == NULL)
		return;
	memset(s->buckets, 0, s->bucket_count * sizeof s->buckets[0]);
	for (uint32_t i = 0; i < s->count; i++)
		scope_bucket_put(s, i);
}

struct variable *scope_find_here(const struct scope *s, struct str name)
{
	uint32_t at;

	if (s->buckets == NULL) {
		for (uint32_t i = s->count; i-- > 0;) {
			if (str_equal(s->variables[i].name, name))
				return &s->variables[i];
		}
		return NULL;
	}
	at = scope_hash(name) & (s->bucket_count - 1);
	for (; s->buckets[at] != 0; at = (at + 1) & (s->bucket_count - 1)) {
		if (str_equal(s->variables[s->buckets[at] - 1].name, name))
			return &s->variables[s->buckets[at] - 1];
	}
	return NULL;
}

struct variable *scope_find(const struct scope *s, struct str name)
{
	struct variable *v = NULL;

	for (; s != NULL && v == NULL; s = s->parent)
		v = scope_find_here(s, name);
	return v;
}

const struct variable *scope_find_near(const struct scope *s, struct str name)
{
	for (; s != NULL; s = s->parent) {
		for (uint32_t i = 0; i < s->count; i++) {
			if (str_equal_nocase(s->variables[i].name, name))
				return &s->variables[i];
		}
	}
	return NULL;
}

/* ---- names of SQL ---------------------------------------------------------------------------- */

enum { FOLDED_MAX = 256 };

/* False if folding changes nothing, or the name is too long to be one of ours. */
static bool scope_fold(struct str name, char folded[FOLDED_MAX])
{
	bool is_changed = false;

	if (name.length > FOLDED_MAX)
		return false;
	for (uint32_t i = 0; i < name.length; i++) {
		bool is_upper = name.at[i] >= 'A' && name.at[i] <= 'Z';

		folded[i] = (char)(is_upper ? name.at[i] + ('a' - 'A') : name.at[i]);
		is_changed |= is_upper;
	}
	return is_changed;
}

struct variable *scope_find_here_folded(const struct scope *s, struct str name)
{
	struct variable *v = scope_find_here(s, name);
	char folded[FOLDED_MAX];

	if (v != NULL || !scope_fold(name, folded))
		return v;
	v = scope_find_here(s, (struct str){ folded, name.length });
	return v != NULL && v->is_relational ? v : NULL;
}

struct variable *scope_find_folded(const struct scope *s, struct str name)
{
	struct variable *v = scope_find(s, name);

	for (; s != NULL && v == NULL; s = s->parent)
		v = scope_find_here_folded(s, name);
	return v;
}
