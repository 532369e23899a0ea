/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * quiverd: reads the command line, opens or initialises the data directory, serves, closes.
 */
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "src/config.h"
#include "src/hba.h"
#include "src/server.h"
#include "storage/storage.h"

#define ARGUMENT_COUNT_MAX 200

enum { EXIT_USAGE = 2 };

struct command {
	const char *directory;
	bool shows_version, shows_build;
	struct config_argument arguments[ARGUMENT_COUNT_MAX];
	uint32_t argument_count;
};

static const char help[] =
	"quiverd is the Quiver graph database server.\n"
	"\n"
	"Usage: quiverd -D DIR [OPTION]...\n"
	"\n"
	"  -D DIR             the data directory; made and initialised if it is empty\n"
	"  -p PORT            port to listen on (5455)\n"
	"  -h HOSTS           addresses to listen on (localhost); '' for none, '*' for all\n"
	"  -k DIR             directory of the Unix-domain socket (/tmp); '' for none\n"
	"  -c NAME=VALUE      any setting of DIR/quiver.conf\n"
	"  --version          the version; with --build also how it was built\n"
	"  --help             this text\n"
	"\n"
	"Signals: TERM finishes and ends, INT ends at once, HUP reads quiver.conf again.\n";

static enum sqlstate add_argument(
	struct command *command, struct str name, struct str value, struct error *e)
{
	if (command->argument_count == ARGUMENT_COUNT_MAX)
		return FAIL(e, E_SYNTAX, "too many options");
	command->arguments[command->argument_count].name = name;
	command->arguments[command->argument_count].value = value;
	command->argument_count++;
	return OK;
}

static enum sqlstate add_assignment(struct command *command, const char *text, struct error *e)
{
	const char *equals = strchr(text, '=');

	if (equals == NULL)
		return FAIL(e, E_SYNTAX, "-c %s requires a value", text);
	return add_argument(
		command, (struct str){ text, (uint32_t)(equals - text) }, str_of(equals + 1), e);
}

/* EXIT_SUCCESS and no directory: everything is said already. */
static enum sqlstate read_command(int argc, char **argv, struct command *command, struct error *e)
{
	static const struct option longs[] = { { "version", no_argument, NULL, 'V' },
		{ "build", no_argument, NULL, 'B' }, { "help", no_argument, NULL, '?' },
		{ NULL, 0, NULL, 0 } };
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+:D:p:h:k:c:V", longs, NULL)) != -1) {
		switch (option) {
		case 'D':
			command->directory = optarg;
			break;
		case 'p':
			TRY(add_argument(command, STR("port"), str_of(optarg), e));
			break;
		case 'h':
			TRY(add_argument(command, STR("listen_addresses"), str_of(optarg), e));
			break;
		case 'k':
			TRY(add_argument(
				command, STR("unix_socket_directories"), str_of(optarg), e));
			break;
		case 'c':
			TRY(add_assignment(command, optarg, e));
			break;
		case 'V':
			command->shows_version = true;
			break;
		case 'B':
			command->shows_build = true;
			break;
		case ':':
			return FAIL(
				e, E_SYNTAX, "option %s requires an argument", argv[optind - 1]);
		default:
			if (optopt != 0 || strcmp(argv[optind - 1], "--help") != 0)
				return FAIL(
					e, E_SYNTAX, "unrecognized option: %s", argv[optind - 1]);
			fputs(help, stdout);
			exit(EXIT_SUCCESS);
		}
	}
	if (optind < argc)
		return FAIL(e, E_SYNTAX, "unexpected argument: %s", argv[optind]);
	return OK;
}

static void print_version(const struct command *command)
{
	printf("quiverd (Quiver) %s\n", PACKAGE_VERSION);
	if (command->shows_build)
		printf("%s\n", BUILD_SUMMARY);
}

/* --- the data directory ------------------------------------------------------------------- */

/* What may lie in a directory that is still to be initialised. */
static bool is_harmless(const char *name)
{
	return name[0] == '.' || strcmp(name, "lost+found") == 0 ||
	       strcmp(name, CONFIG_FILE_NAME) == 0 || strcmp(name, "passwords") == 0 ||
	       strcmp(name, HBA_FILE_NAME) == 0 || strcmp(name, "server.crt") == 0 ||
	       strcmp(name, "server.key") == 0;
}

static enum sqlstate look_into(const char *path, bool *is_empty, struct error *e)
{
	struct dirent *entry;
	DIR *directory;

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return FAIL(
			e, E_IO, "could not create directory \"%s\": %s", path, strerror(errno));
	directory = opendir(path);
	if (directory == NULL)
		return FAIL(e, E_IO, "could not open directory \"%s\": %s", path, strerror(errno));
	*is_empty = true;
	while ((entry = readdir(directory)) != NULL)
		*is_empty = *is_empty && is_harmless(entry->d_name);
	closedir(directory);
	return OK;
}

static enum sqlstate open_storage(const char *directory, bool is_empty,
	const struct settings *settings, struct storage **out, struct error *e)
{
	struct storage_options options = {
		.directory = directory,
		.create = is_empty,
		.buffer_bytes = setting_bytes(settings, SETTING_shared_buffers),
		.log_segment_bytes = setting_bytes(settings, SETTING_wal_segment_size),
		.checkpoint_log_bytes = setting_bytes(settings, SETTING_max_wal_size),
		.checkpoint_timeout_ms =
			(uint32_t)(setting_us(settings, SETTING_checkpoint_timeout) / 1000),
		.txn_bytes_max = setting_bytes(settings, SETTING_max_txn_memory),
		.node_cache_bytes = setting_bytes(settings, SETTING_node_cache),
		.edge_cache_bytes = setting_bytes(settings, SETTING_edge_cache),
		.history_bytes_max = setting_bytes(settings, SETTING_max_version_memory),
		.archive_directory = setting_text(settings, SETTING_archive_directory),
	};

	TRY(storage_open(&options, out, e));
	if (!is_empty)
		return OK;
	log_line(LOG_INFO, "server", "initialised data directory %s", directory);
	return config_write_default(directory, e);
}

static enum sqlstate run(const struct command *command, struct error *e)
{
	struct config config = { command->directory, command->argument_count, command->arguments };
	struct error close_error;
	struct settings *settings;
	struct storage *storage;
	enum sqlstate rc;
	bool is_empty = false;

	TRY(look_into(command->directory, &is_empty, e));
	TRY(config_load(&config, NULL, &settings, e));
	/* The options of both in their order are those of the enums. */
	log_set_level((enum log_level)setting_enum(settings, SETTING_log_level));
	log_set_format((enum log_format)setting_enum(settings, SETTING_log_format));
	rc = open_storage(command->directory, is_empty, settings, &storage, e);
	if (rc != OK) {
		settings_release(settings);
		return rc;
	}
	rc = server_run(storage, settings, &config, e);
	if (storage_close(storage, rc == OK ? e : &close_error) != OK && rc == OK)
		return e->code;
	if (rc == OK)
		log_line(LOG_INFO, "server", "shut down");
	return rc;
}

static void complain(const struct error *e)
{
	fprintf(stderr, "quiverd: %s\n", e->message);
	if (e->detail[0] != '\0')
		fprintf(stderr, "DETAIL: %s\n", e->detail);
	if (e->hint[0] != '\0')
		fprintf(stderr, "HINT: %s\n", e->hint);
}

int main(int argc, char **argv)
{
	struct command command = { 0 };
	struct error e;

	error_clear(&e);
	if (read_command(argc, argv, &command, &e) != OK) {
		complain(&e);
		fputs("Try \"quiverd --help\".\n", stderr);
		return EXIT_USAGE;
	}
	if (command.shows_version || command.shows_build) {
		print_version(&command);
		return EXIT_SUCCESS;
	}
	if (command.directory == NULL) {
		fputs("quiverd: no data directory was named\nTry \"quiverd --help\".\n", stderr);
		return EXIT_USAGE;
	}
	server_block_signals();
	if (run(&command, &e) != OK) {
		complain(&e);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
