/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Runs a fuzz target over its corpus without libFuzzer, so that `make check` replays what fuzzing
 * once found with any compiler. The corpus is the folder corpus/<target> beside this file, or the
 * files named on the command line. Prints TAP: one test a file; a crash ends the run with a
 * failure.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* REPLAY_TARGET is set by local.mk: the folder's name as a string. */
static void corpus_path(char *out, size_t size)
{
	const char *root = getenv("QUIVER_SOURCE");

	snprintf(out, size, "%s/tests/fuzz/corpus/%s", root != NULL ? root : ".", REPLAY_TARGET);
}

/* False if the file cannot be read. */
static bool replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct buf b = { 0 };
	size_t got;

	if (f == NULL)
		return false;
	do {
		got = fread(buf_reserve(&b, 65536), 1, 65536, f);
		b.length += got;
	} while (got > 0);
	fclose(f);
	LLVMFuzzerTestOneInput(b.data, b.length);
	buf_free(&b);
	return true;
}

static int report(int number, const char *path)
{
	bool is_ok = replay_file(path);

	printf("%s %d - %s %s\n", is_ok ? "ok" : "not ok", number, REPLAY_TARGET,
		strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path);
	fflush(stdout);
	return is_ok ? 0 : 1;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int replay_folder(void)
{
	struct dirent **entries = NULL;
	char folder[1024];
	char path[2048];
	int failed = 0;
	int count;

	corpus_path(folder, sizeof folder);
	count = scandir(folder, &entries, is_visible, alphasort);
	if (count < 0) {
		printf("Bail out! cannot read %s\n", folder);
		return EXIT_FAILURE;
	}
	printf("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
		failed += report(i + 1, path);
		free(entries[i]);
	}
	free(entries);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	int failed = 0;

	if (argc == 1)
		return replay_folder();
	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++)
		failed += report(i, argv[i]);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
