/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The bytes of a catalog object: a version, then texts and numbers in a fixed order, each text with
 * its length before it. A reader past the end gives zeroes and empty texts: an object of an older
 * version lacks its last fields.
 */
#ifndef QUERY_TABLE_BODY_H
#define QUERY_TABLE_BODY_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

enum { BODY_VERSION = 1 };

struct body_reader {
	struct str rest;
	struct arena *arena; /* texts are copied there: catalogs come and go */
};

void body_begin(struct buf *to);
void body_put_number(struct buf *to, uint64_t value);
void body_put_text(struct buf *to, struct str text);

/* False: a version from the future. */
bool body_open(struct body_reader *r, struct arena *a, struct str body);
uint64_t body_number(struct body_reader *r);
struct str body_text(struct body_reader *r);
/* A number of things, at most `most` and no more than the rest can hold. */
uint32_t body_count(struct body_reader *r, uint32_t most);

#endif
