/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the benchmarks of the store share: giving up on an error, percentiles, the machine.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

static inline void must(enum sqlstate rc, const struct error *e, const char *what)
{
	if (rc == OK)
		return;
	fprintf(stderr, "%s: %s\n", what, e->message);
	exit(1);
}

static inline void *must_allocate(size_t count, size_t size)
{
	void *at = calloc(count, size);

	if (at == NULL) {
		fprintf(stderr, "out of memory\n");
		exit(1);
	}
	return at;
}

static inline int compare_doubles(const void *a, const void *b)
{
	double left = *(const double *)a;
	double right = *(const double *)b;

	return left < right ? -1 : left > right;
}

/* The value below which `part` (0 … 1) of the samples lie; sorts them. */
static inline double percentile(double *samples, size_t count, double part)
{
	size_t at = (size_t)((double)count * part);

	if (count == 0)
		return 0;
	qsort(samples, count, sizeof samples[0], compare_doubles);
	return samples[at < count ? at : count - 1];
}

static inline double median(double *samples, size_t count)
{
	return percentile(samples, count, 0.5);
}

/* A directory for a database: the one given, or a new one under TMPDIR that bench_remove() removes. */
static inline char *bench_directory(const char *given)
{
	const char *parent = getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/var/tmp";
	const char *pattern = "/quiver-bench-XXXXXX";
	size_t size = strlen(given != NULL ? given : parent) + strlen(pattern) + 1;
	char *path = must_allocate(1, size);

	if (given != NULL) {
		snprintf(path, size, "%s", given);
		return path;
	}
	snprintf(path, size, "%s%s", parent, pattern);
	if (mkdtemp(path) == NULL) {
		perror(path);
		exit(1);
	}
	return path;
}

static inline int bench_remove_one(
	const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	return remove(path);
}

static inline void bench_remove(char *directory, const char *given)
{
	if (given == NULL && nftw(directory, bench_remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
		perror(directory);
	free(directory);
}

/* Model name of the processor and how busy the machine is, for the head of every run. */
static inline void print_machine(void)
{
	char line[256];
	char model[256] = "unknown processor";
	double load = 0;
	FILE *f = fopen("/proc/cpuinfo", "r");

	while (f != NULL && fgets(line, sizeof line, f) != NULL) {
		char *colon = strchr(line, ':');

		if (strncmp(line, "model name", 10) != 0 || colon == NULL)
			continue;
		snprintf(model, sizeof model, "%s", colon + 2);
		model[strcspn(model, "\n")] = '\0';
		break;
	}
	if (f != NULL)
		fclose(f);
	if (getloadavg(&load, 1) != 1)
		load = -1;
	printf("# machine=\"%s\" cores=%ld load=%.1f\n", model, sysconf(_SC_NPROCESSORS_ONLN),
		load);
}

#endif
