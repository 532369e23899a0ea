/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * An index that is being built (storage/api/storage_index_build.c), as commits and the end of a
 * transaction meet it.
 */
#ifndef STORAGE_TXN_UNFINISHED_INDEX_H
#define STORAGE_TXN_UNFINISHED_INDEX_H

#include <stdbool.h>

struct storage;
struct txn;

/* After index_build_key(): whether every element has one. Asked again by the commit. In a section
   of the engine lock. */
bool index_build_is_whole(const struct txn *t);
/* The transaction ends without finishing it. */
void index_build_give_up(struct txn *t);
/* Drops what a crash left behind; false if some could not be. */
bool index_build_drop_unfinished(struct storage *s);

#endif
