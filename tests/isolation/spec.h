/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * An isolation test as its file says it: sessions, their steps, and the orders to try. See spec.c
 * for the syntax. Everything is read once and lives until the process ends; nothing here is freed.
 */
#ifndef TESTS_ISOLATION_SPEC_H
#define TESTS_ISOLATION_SPEC_H

#include <stdbool.h>

enum {
	SPEC_SESSIONS_MAX = 16,
	SPEC_STEPS_MAX = 128,
	SPEC_BLOCKS_MAX = 16,
	SPEC_LEVELS_MAX = 4,
	SPEC_PERMUTATIONS_MAX = 64,
	SPEC_USES_MAX = 48,
	SPEC_NOBODY = -1,
};

/* What is sent in one go. `cancels` is the session whose statement the step cancels instead, or
   SPEC_NOBODY. */
struct spec_step {
	char *name;
	char *text;
	int session;
	int cancels;
};

struct spec_session {
	char *name;
	char *setup; /* NULL: none */
	char *teardown;
};

/* One step in an order. `must_wait`: reported as waiting at once, without a look. */
struct spec_use {
	int step;
	bool must_wait;
};

struct spec_permutation {
	struct spec_use uses[SPEC_USES_MAX];
	int use_count;
};

struct spec {
	char *setups[SPEC_BLOCKS_MAX];
	char *teardowns[SPEC_BLOCKS_MAX];
	char *levels[SPEC_LEVELS_MAX];
	struct spec_session sessions[SPEC_SESSIONS_MAX];
	struct spec_step steps[SPEC_STEPS_MAX];
	struct spec_permutation permutations[SPEC_PERMUTATIONS_MAX];
	int setup_count;
	int teardown_count;
	int level_count; /* 0: every session has the server's default */
	int session_count;
	int step_count;
	int permutation_count;
};

/* Reads the file; an error is printed with its line and ends the process. */
void spec_read(struct spec *spec, const char *path);

#endif
