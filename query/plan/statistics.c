/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * See statistics.h.
 */
#include "query/plan/statistics.h"

#include <stdio.h>
#include <string.h>

static_assert(sizeof(struct property_statistics) == 24 + 8 * (STATISTICS_BUCKETS + 1),
	"as in the catalog");
static_assert(sizeof(struct end_statistics) == 12 * STATISTICS_LABELS, "as in the catalog");
static_assert(sizeof(struct edge_statistics) == 8 + 2 * sizeof(struct end_statistics),
	"as in the catalog");

struct str statistics_property_name(char *name, enum element element, uint32_t label, uint32_t key)
{
	int length = snprintf(name, STATISTICS_NAME_SIZE, "%s %u key %u",
		element == ELEMENT_NODE ? "node" : "edge", label, key);

	return (struct str){ name, (uint32_t)length };
}

struct str statistics_edge_name(char *name, uint32_t label)
{
	int length = snprintf(name, STATISTICS_NAME_SIZE, "edge %u ends", label);

	return (struct str){ name, (uint32_t)length };
}

/* Copies an object's body; false if there is none of this size and version. */
static bool read_object(const struct catalog *c, struct str name, void *out, size_t size)
{
	const struct catalog_object *object = catalog_object_find(c, OBJECT_STATISTICS, name);
	uint32_t version;

	if (object == NULL || object->body.length != size)
		return false;
	memcpy(&version, object->body.at, sizeof version);
	if (version != STATISTICS_VERSION)
		return false;
	memcpy(out, object->body.at, size);
	return true;
}

bool statistics_property(const struct catalog *c, enum element element, uint32_t label,
	uint32_t key, struct property_statistics *out)
{
	char name[STATISTICS_NAME_SIZE];

	return c != NULL && label != NAME_NONE &&
	       read_object(c, statistics_property_name(name, element, label, key), out,
		       sizeof *out) &&
	       (out->bound_count == 0 || out->bound_count == STATISTICS_BUCKETS + 1);
}

bool statistics_edge(const struct catalog *c, uint32_t label, struct edge_statistics *out)
{
	char name[STATISTICS_NAME_SIZE];

	return c != NULL && label != NAME_NONE &&
	       read_object(c, statistics_edge_name(name, label), out, sizeof *out);
}

double statistics_equal_part(const struct property_statistics *s)
{
	return s->distinct < 1 ? 0 : (1 - s->null_part) / s->distinct;
}

double statistics_below_part(const struct property_statistics *s, double number)
{
	uint32_t i = 0;
	double low, high, part;

	if (s->bound_count == 0)
		return -1;
	if (!(number > s->bounds[0]))
		return 0;
	while (i < STATISTICS_BUCKETS && number >= s->bounds[i + 1])
		i++;
	if (i == STATISTICS_BUCKETS)
		return 1 - s->null_part;
	low = s->bounds[i];
	high = s->bounds[i + 1];
	part = high > low ? (number - low) / (high - low) : 0;
	return (1 - s->null_part) * (i + part) / STATISTICS_BUCKETS;
}

double statistics_label_part(const struct end_statistics *s, uint32_t label)
{
	if (label == NAME_NONE)
		return 1;
	for (uint32_t i = 0; i < STATISTICS_LABELS && s->labels[i] != NAME_NONE; i++) {
		if (s->labels[i] == label)
			return s->parts[i];
	}
	return 0;
}
