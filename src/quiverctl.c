/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * quiverctl: what is done to a data directory while no server runs on it.
 *
 *     quiverctl check DIR [LEVEL]     walks everything and reports what is broken; level 1 to 3
 *     quiverctl password DIR USER [md5]   reads a password from stdin, stores its verifier
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/check.h"
#include "base/setting.h"
#include "pgwire/pgwire.h"
#include "storage/storage.h"

#define LEVEL_DEFAULT 3
#define PASSWORD_MAX 1024
#define BUFFER_BYTES (64u << 20)
#define PATH_BYTES_MAX 4096
#define LINE_BYTES_MAX 2048
#define ITERATIONS 4096

enum { EXIT_USAGE = 2, EXIT_FOUND = 3 };

static const char help[] =
	"quiverctl works on the data directory of a server that is not running.\n"
	"\n"
	"Usage: quiverctl check DIR [LEVEL]    1 checksums, 2 page order, 3 cross references (3)\n"
	"       quiverctl password DIR USER    asks for a password and stores its verifier\n"
	"       quiverctl password DIR USER md5    the same for clients that know only md5\n"
	"       quiverctl --version | --help\n";

static int complain(const struct error *e)
{
	fprintf(stderr, "quiverctl: %s\n", e->message);
	if (e->detail[0] != '\0')
		fprintf(stderr, "DETAIL: %s\n", e->detail);
	if (e->hint[0] != '\0')
		fprintf(stderr, "HINT: %s\n", e->hint);
	return EXIT_FAILURE;
}

/* --- check -------------------------------------------------------------------------------- */

static void print_finding(void *context, const char *line)
{
	(void)context;
	printf("%s\n", line);
}

static int check(const char *directory, int level)
{
	struct storage_options options = { .directory = directory, .buffer_bytes = BUFFER_BYTES };
	uint64_t findings = 0;
	struct error e;

	if (storage_check(&options, level, print_finding, NULL, &findings, &e) != OK)
		return complain(&e);
	printf("%s: %" PRIu64 " finding%s\n", directory, findings, findings == 1 ? "" : "s");
	return findings == 0 ? EXIT_SUCCESS : EXIT_FOUND;
}

/* --- password ----------------------------------------------------------------------------- */

/* One line from stdin; without echo if that is a terminal. */
static enum sqlstate read_password(char *to, size_t size, struct error *e)
{
	struct termios before, silent;
	bool is_terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;
	char *line;

	if (is_terminal) {
		fputs("Password: ", stderr);
		silent = before;
		silent.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
	}
	line = fgets(to, (int)size, stdin);
	if (is_terminal) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
		fputc('\n', stderr);
	}
	if (line == NULL)
		return FAIL(e, E_IO, "no password was given");
	to[strcspn(to, "\n")] = '\0';
	if (to[0] == '\0')
		return FAIL(e, E_IO, "the password is empty");
	return OK;
}

/* Copies the file's other lines, then the new one. */
static void write_lines(FILE *from, FILE *to, const char *user, const char *verifier)
{
	size_t length = strlen(user);
	char line[LINE_BYTES_MAX];

	while (from != NULL && fgets(line, sizeof line, from) != NULL) {
		if (strncmp(line, user, length) != 0 || line[length] != ':')
			fputs(line, to);
	}
	fprintf(to, "%s:%s\n", user, verifier);
}

static enum sqlstate store(
	const char *directory, const char *user, const char *verifier, struct error *e)
{
	char path[PATH_BYTES_MAX], temporary[PATH_BYTES_MAX];
	FILE *from, *to;
	int fd;

	snprintf(path, sizeof path, "%s/passwords", directory);
	snprintf(temporary, sizeof temporary, "%s/.passwords.new", directory);
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	to = fd < 0 ? NULL : fdopen(fd, "w");
	if (to == NULL)
		return FAIL(
			e, E_IO, "could not create file \"%s\": %s", temporary, strerror(errno));
	from = fopen(path, "r");
	write_lines(from, to, user, verifier);
	if (from != NULL)
		fclose(from);
	if (fflush(to) != 0 || fsync(fd) != 0 || ferror(to) != 0) {
		fclose(to);
		return FAIL(e, E_IO, "could not write file \"%s\": %s", temporary, strerror(errno));
	}
	fclose(to);
	if (rename(temporary, path) != 0)
		return FAIL(
			e, E_IO, "could not rename file \"%s\": %s", temporary, strerror(errno));
	return OK;
}

static int set_password(const char *directory, const char *user, bool is_md5)
{
	char password[PASSWORD_MAX], verifier[256];
	enum sqlstate rc;
	struct error e;

	if (user[0] == '\0' || strpbrk(user, ":\n") != NULL) {
		fputs("quiverctl: a user's name must not be empty or contain a colon\n", stderr);
		return EXIT_USAGE;
	}
	rc = read_password(password, sizeof password, &e);
	if (rc == OK && is_md5)
		rc = pgwire_md5_verifier(
			str_of(user), str_of(password), verifier, sizeof verifier, &e);
	else if (rc == OK)
		rc = pgwire_scram_verifier(
			str_of(password), ITERATIONS, verifier, sizeof verifier, &e);
	explicit_bzero(password, sizeof password);
	if (rc == OK)
		rc = store(directory, user, verifier, &e);
	return rc == OK ? EXIT_SUCCESS : complain(&e);
}

int main(int argc, char **argv)
{
	if (argc >= 3 && argc <= 4 && strcmp(argv[1], "check") == 0) {
		int level = argc == 3 ? LEVEL_DEFAULT : argv[3][0] - '0';

		if (level >= 1 && level <= LEVEL_DEFAULT && (argc == 3 || argv[3][1] == '\0'))
			return check(argv[2], level);
	}
	if (argc == 4 && strcmp(argv[1], "password") == 0)
		return set_password(argv[2], argv[3], false);
	if (argc == 5 && strcmp(argv[1], "password") == 0 && strcmp(argv[4], "md5") == 0)
		return set_password(argv[2], argv[3], true);
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		printf("quiverctl (Quiver) %s\n", PACKAGE_VERSION);
		return EXIT_SUCCESS;
	}
	fputs(help, argc == 2 && strcmp(argv[1], "--help") == 0 ? stdout : stderr);
	return argc == 2 && strcmp(argv[1], "--help") == 0 ? EXIT_SUCCESS : EXIT_USAGE;
}
