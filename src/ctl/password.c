/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * quiverctl password: stores what a password is checked against.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "pgwire/pgwire.h"
#include "src/ctl/ctl.h"

#define PASSWORD_MAX 1024
#define PATH_BYTES_MAX 4096
#define LINE_BYTES_MAX 2048
#define ITERATIONS 4096

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

int ctl_password(const char *directory, const char *user, bool is_md5)
{
	char password[PASSWORD_MAX], verifier[256];
	enum sqlstate rc;
	struct error e;

	if (user[0] == '\0' || strpbrk(user, ":\n") != NULL) {
		fputs("quiverctl: a user's name must not be empty or contain a colon\n", stderr);
		return CTL_USAGE;
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
	return rc == OK ? EXIT_SUCCESS : ctl_complain(&e);
}
