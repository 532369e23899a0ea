/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A storage in memory for tests of transactions, and short forms of what they do most.
 */
#ifndef TESTS_STORAGE_STORAGE_FIXTURE_H
#define TESTS_STORAGE_STORAGE_FIXTURE_H

#include <check.h>

#include "storage/storage.h"
#include "storage/storage_care.h"
#include "storage/store/store.h"

struct fixture {
	struct store *store;
	struct storage *storage;
	struct error e;
	uint32_t person, knows, name, age;
};
extern struct fixture fixture;

/* Fails the test with the error's message. */
#define NEEDS(call)                                                                                \
	do {                                                                                       \
		if ((call) != OK)                                                                  \
			ck_abort_msg("%s: %s", #call, fixture.e.message);                          \
	} while (0)

/* Opens with a background thread; labels Person and KNOWS, keys name and age. */
void fixture_open(void);
/* The same with log segments of another size than 1 MiB. */
void fixture_open_with_segments(uint64_t bytes);
void fixture_close(void);
/* Closes as if the process had died, with everything written so far on the disk, and opens again.
   */
void fixture_reopen(void);

struct txn *fixture_begin(enum isolation isolation);
struct txn *fixture_autocommit(void);
/* A committed Person with an age. */
uint64_t fixture_person(int64_t age);
/* The age that the transaction sees; INT64_MIN: none. Own error, for use by threads. */
int64_t fixture_age(struct txn *t, uint64_t node);
enum sqlstate fixture_set_age(struct txn *t, uint64_t node, int64_t age, struct error *e);
/* Zero findings of a check of level 3. */
void fixture_check(void);

#endif
