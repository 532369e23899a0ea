/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Labels and types of graphs as statements of the language declare them: what a dump writes, and what is kept
 * of a graph type.
 */
#ifndef QUERY_SQL_DEFINITION_LABEL_H
#define QUERY_SQL_DEFINITION_LABEL_H

#include "base/arena.h"
#include "base/buf.h"
#include "storage/storage.h"

/* Where a definition is written, and from what. */
struct definition_writer {
	struct buf *to;
	const struct catalog *catalog;
	struct arena *arena; /* for working memory */
	bool with_unique;    /* properties that are UNIQUE by themselves say so */
};

/* A literal of the language that has exactly this value and type. */
void definition_put_literal(struct buf *to, struct value v);
/* The type that a text is cast to for it; NULL for lists and what is no property. */
const char *definition_literal_type(enum value_type type);

/* ("k1", "k2"), `before` before each name. */
void definition_put_keys(
	struct definition_writer w, const uint32_t *keys, uint32_t count, const char *before);
void definition_put_property_type(struct definition_writer w, const struct property_info *p);
/* PRIMARY KEY (..), with its name if it is not the one that it gets by itself. */
void definition_put_primary(struct definition_writer w, const struct label_info *l);
/* "name" (definitions), as behind CREATE NODE LABEL. */
void definition_put_label(
	struct definition_writer w, enum element element, const struct label_info *l);
/* { element types }: the labels that the graph declares; nothing if there are none. */
void definition_put_graph_type(struct definition_writer w, uint32_t graph);

#endif
