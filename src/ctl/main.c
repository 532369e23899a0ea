/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * quiverctl: the care of a database. Its options, and which command they belong to; the commands are
 * in the other files of this folder.
 */
#define _XOPEN_SOURCE 700
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/ctl/ctl.h"
#include "storage/storage.h"

#define LEVEL_DEFAULT 3

static const char help[] =
	"quiverctl cares for a database.\n"
	"\n"
	"Usage: quiverctl check [--level N] [--json] DIR | --server CONNECTION\n"
	"           1 checksums, 2 page order, 3 cross references (3), 4 a replay of the log\n"
	"       quiverctl backup --server CONNECTION --output FILE [--since FILE]\n"
	"           full, or what changed since an earlier backup\n"
	"       quiverctl dump --server CONNECTION [--output FILE]\n"
	"           statements that make an equal graph in a new server\n"
	"       quiverctl dump --server CONNECTION --format csv --output DIR\n"
	"           a CSV file for each label, and load.sql, which psql -f loads in DIR\n"
	"       quiverctl restore [--archive DIR]... [--to-lsn HEX | --to-time TIME] [--check]\n"
	"               DIR FULL [INCREMENT]...\n"
	"           makes DIR; TIME is YYYY-MM-DD HH:MM:SS[.ffffff] in UTC\n"
	"       quiverctl password DIR USER [md5]\n"
	"           asks for a password and stores its verifier; md5: for old clients\n"
	"       quiverctl --version | --help\n"
	"\n"
	"CONNECTION is a connection string of libpq, such as \"host=/tmp port=5455\", or \"\" for\n"
	"what PGHOST and its like say. DIR of check and password is that of a stopped server.\n"
	"Exit status: 0 good, 1 it failed, 2 wrong usage, 3 check found something.\n";

static int usage(void)
{
	fputs(help, stderr);
	return CTL_USAGE;
}

/* ---- options ------------------------------------------------------------------------------ */

static bool read_time(const char *text, uint64_t *out)
{
	struct tm tm = { 0 };
	const char *rest = strptime(text, "%Y-%m-%d %H:%M:%S", &tm);
	uint64_t us = 0;
	char *end;

	if (rest == NULL)
		rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	if (rest == NULL)
		return false;
	if (*rest == '.') {
		us = (uint64_t)(strtod(rest, &end) * 1e6 + 0.5);
		rest = end;
	}
	if (strcmp(rest, "") != 0 && strcmp(rest, "Z") != 0 && strcmp(rest, "+00") != 0)
		return false;
	*out = (uint64_t)timegm(&tm) * 1000000 + us;
	return true;
}

static bool read_position(const char *text, uint64_t *out)
{
	char *end;

	*out = strtoull(text, &end, 16);
	return *end == '\0' && *out != 0;
}

static bool take_option(int option, const char *value, struct ctl_options *o)
{
	switch (option) {
	case 's':
		o->server = value;
		return true;
	case 'j':
		o->is_json = true;
		return true;
	case 'k':
		o->will_check = true;
		return true;
	case 'l':
		o->level = value[0] - '0';
		return value[1] == '\0' && o->level >= 1 && o->level <= STORAGE_CHECK_LEVELS;
	case 'o':
		o->output = value;
		return true;
	case 'f':
		o->is_csv = strcmp(value, "csv") == 0;
		return o->is_csv || strcmp(value, "plain") == 0;
	case 'b':
		o->base = value;
		return true;
	case 'a':
		if (o->archive_count == CTL_PATHS_MAX)
			return false;
		o->archives[o->archive_count++] = value;
		return true;
	case 'p':
		return read_position(value, &o->stop_lsn);
	case 't':
		return read_time(value, &o->stop_wall_us);
	default:
		return false;
	}
}

static bool read_options(int argc, char **argv, struct ctl_options *o)
{
	static const struct option longs[] = { { "server", required_argument, NULL, 's' },
		{ "json", no_argument, NULL, 'j' }, { "check", no_argument, NULL, 'k' },
		{ "level", required_argument, NULL, 'l' },
		{ "output", required_argument, NULL, 'o' },
		{ "format", required_argument, NULL, 'f' },
		{ "since", required_argument, NULL, 'b' },
		{ "archive", required_argument, NULL, 'a' },
		{ "to-lsn", required_argument, NULL, 'p' },
		{ "to-time", required_argument, NULL, 't' }, { NULL, 0, NULL, 0 } };
	int option;

	while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1)
		if (!take_option(option, optarg, o))
			return false;
	return true;
}

/* ---- commands ----------------------------------------------------------------------------- */

/* The level as a second argument is the old way to say it. */
static int run_check(int count, char **rest, struct ctl_options *o)
{
	if (count == 2 && !take_option('l', rest[1], o))
		return usage();
	if (o->server != NULL)
		return count == 0 ? ctl_check(NULL, o) : usage();
	return count == 1 || count == 2 ? ctl_check(rest[0], o) : usage();
}

static int run(const char *command, int count, char **rest, struct ctl_options *o)
{
	if (strcmp(command, "check") == 0)
		return run_check(count, rest, o);
	if (strcmp(command, "backup") == 0 && count == 0 && o->server != NULL && o->output != NULL)
		return ctl_backup(o);
	if (strcmp(command, "dump") == 0 && count == 0 && o->server != NULL &&
		(!o->is_csv || o->output != NULL))
		return o->is_csv ? ctl_dump_csv(o) : ctl_dump(o);
	if (strcmp(command, "restore") == 0 && count >= 2)
		return ctl_restore(rest[0], (const char *const *)rest + 1, (uint32_t)count - 1, o);
	if (strcmp(command, "password") == 0 && count == 2)
		return ctl_password(rest[0], rest[1], false);
	if (strcmp(command, "password") == 0 && count == 3 && strcmp(rest[2], "md5") == 0)
		return ctl_password(rest[0], rest[1], true);
	return usage();
}

int main(int argc, char **argv)
{
	struct ctl_options options = { .level = LEVEL_DEFAULT };

	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		printf("quiverctl (Quiver) %s\n", PACKAGE_VERSION);
		return EXIT_SUCCESS;
	}
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(help, stdout);
		return EXIT_SUCCESS;
	}
	if (argc < 2 || !read_options(argc - 1, argv + 1, &options))
		return usage();
	return run(argv[1], argc - 1 - optind, argv + 1 + optind, &options);
}
