/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The commands of quiverctl; each returns the exit status.
 */
#ifndef SRC_CTL_CTL_H
#define SRC_CTL_CTL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum { CTL_USAGE = 2, CTL_FOUND = 3, CTL_PATHS_MAX = 256 };

/* What the options said. */
struct ctl_options {
	const char *server; /* a connection string of libpq; NULL: none was given */
	bool is_json;
	bool will_check;
	bool is_csv; /* of a dump */
	int level;	    /* of a check */
	const char *output; /* a file, or a folder */
	const char *base;   /* of an increment */
	const char *archives[CTL_PATHS_MAX];
	uint32_t archive_count;
	uint64_t stop_lsn, stop_wall_us;
};

/* Prints the error; EXIT_FAILURE. */
int ctl_complain(const struct error *e);

int ctl_check(const char *directory, const struct ctl_options *o);
int ctl_backup(const struct ctl_options *o);
int ctl_restore(const char *directory, const char *const *files, uint32_t count,
	const struct ctl_options *o);
int ctl_dump(const struct ctl_options *o);
int ctl_dump_csv(const struct ctl_options *o);
int ctl_password(const char *directory, const char *user, bool is_md5);

/* The findings of a check, as text or JSON on stdout. */
struct ctl_report {
	bool is_json;
	const char *target;
	int level;
	uint64_t lines;
};
void ctl_report_begin(struct ctl_report *r);
void ctl_report_line(void *context, const char *line); /* a storage_report */
/* CTL_FOUND or EXIT_SUCCESS. */
int ctl_report_end(struct ctl_report *r, uint64_t findings);

#endif
