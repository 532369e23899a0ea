/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What ANALYZE found out about the values of properties and the ends of edges, kept as objects of the
 * catalog and read by the planner. query/session/analyze.c makes them, cost.c asks for them.
 */
#ifndef QUERY_PLAN_STATISTICS_H
#define QUERY_PLAN_STATISTICS_H

#include <stdbool.h>

#include "storage/storage.h"

enum {
	OBJECT_STATISTICS = 100, /* the catalog's kind of object */
	STATISTICS_VERSION = 2,	 /* others are not believed */
	STATISTICS_BUCKETS = 64,
	STATISTICS_LABELS = 32,
	STATISTICS_NAME_SIZE = 64,
};

/* Of one property under one label. As it stands in the catalog: little-endian, no padding. */
struct property_statistics {
	uint32_t version;
	uint32_t bound_count; /* 0, or STATISTICS_BUCKETS + 1 */
	double null_part;     /* of the elements */
	double distinct;      /* values among the others */
	/* of numbers: between two neighbours lie equally many values */
	double bounds[STATISTICS_BUCKETS + 1];
};

/* Of one end of the edges with a label: which part of them has a node with this label there. */
struct end_statistics {
	uint32_t labels[STATISTICS_LABELS]; /* the most frequent ones; 0: no more */
	double parts[STATISTICS_LABELS];
};

struct edge_statistics {
	uint32_t version;
	uint32_t spare;
	struct end_statistics source, target;
};

/* Names of the objects; `name` has STATISTICS_NAME_SIZE bytes. */
struct str statistics_property_name(
	char *name, enum element element, uint32_t label, uint32_t key);
struct str statistics_edge_name(char *name, uint32_t label);

/* False if ANALYZE has not seen it. */
bool statistics_property(const struct catalog *c, enum element element, uint32_t label,
	uint32_t key, struct property_statistics *out);
bool statistics_edge(const struct catalog *c, uint32_t label, struct edge_statistics *out);

/* The part of all elements whose value equals one that is not known yet. */
double statistics_equal_part(const struct property_statistics *s);
/* The part of all elements whose value is below the number; -1: nothing is known of the values'
   order. */
double statistics_below_part(const struct property_statistics *s, double number);
/* The part of edges that have a node with the label at this end. */
double statistics_label_part(const struct end_statistics *s, uint32_t label);

#endif
