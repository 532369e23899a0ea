/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * quiver.conf and the password file. A line of quiver.conf is empty, a comment, or
 *
 *     name [=] value  [# comment]      value: a bare word or number, or 'text' with '' and \' for '
 *
 * A line of the password file is name:verifier; the verifier is what pgwire_scram_verifier() makes.
 */
#include "src/config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/log.h"
#include "src/hba.h"
#include "src/ident.h"

#define FILE_BYTES_MAX (16u << 20)
#define PATH_BYTES_MAX 4096

enum sqlstate config_read_file(const char *path, struct buf *to, bool *exists, struct error *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum sqlstate rc = OK;
	ssize_t got;

	*exists = fd >= 0;
	if (fd < 0)
		return errno == ENOENT ? OK
				       : FAIL(e, E_IO, "could not open file \"%s\": %s", path,
						 strerror(errno));
	while ((got = read(fd, buf_reserve(to, 8192), 8192)) > 0) {
		to->length += (size_t)got;
		if (to->length > FILE_BYTES_MAX) {
			rc = FAIL(e, E_CONFIG_FILE, "file \"%s\" is too large", path);
			break;
		}
	}
	if (got < 0)
		rc = FAIL(e, E_IO, "could not read file \"%s\": %s", path, strerror(errno));
	close(fd);
	return rc;
}

/* --- quiver.conf -------------------------------------------------------------------------- */

static void skip_blanks(struct str *line)
{
	while (line->length > 0 && isspace((unsigned char)line->at[0])) {
		line->at++;
		line->length--;
	}
}

static struct str take_word(struct str *line, const char *more)
{
	struct str word = { line->at, 0 };

	while (line->length > 0 &&
		(isalnum((unsigned char)line->at[0]) || strchr(more, line->at[0]) != NULL) &&
		line->at[0] != '\0') {
		line->at++;
		line->length--;
		word.length++;
	}
	return word;
}

/* 'text': what it means, into `to`. False if the closing quote is missing. */
static bool take_quoted(struct str *line, struct buf *to)
{
	for (uint32_t i = 1; i < line->length; i++) {
		bool is_escape = line->at[i] == '\\' && i + 1 < line->length;
		bool is_doubled =
			line->at[i] == '\'' && i + 1 < line->length && line->at[i + 1] == '\'';

		if (is_escape || is_doubled) {
			buf_put_byte(to, (uint8_t)line->at[++i]);
		} else if (line->at[i] == '\'') {
			line->at += i + 1;
			line->length -= i + 1;
			return true;
		} else {
			buf_put_byte(to, (uint8_t)line->at[i]);
		}
	}
	return false;
}

/* The name (empty where the line says nothing) and the value, which may lie in `quoted`. */
static enum sqlstate parse_line(
	struct str line, struct buf *quoted, struct str *to_name, struct str *to, struct error *e)
{
	struct str name, value;

	*to_name = (struct str){ 0 };
	skip_blanks(&line);
	if (line.length == 0 || line.at[0] == '#')
		return OK;
	name = take_word(&line, "_.$-");
	skip_blanks(&line);
	if (line.length > 0 && line.at[0] == '=') {
		line.at++;
		line.length--;
		skip_blanks(&line);
	}
	if (name.length == 0)
		return FAIL(e, E_CONFIG_FILE, "syntax error near token \"%.*s\"",
			(int)MIN_OF(line.length, 40u), line.at);
	buf_reset(quoted);
	if (line.length > 0 && line.at[0] == '\'') {
		if (!take_quoted(&line, quoted))
			return FAIL(e, E_CONFIG_FILE, "unterminated quoted value of \"%.*s\"",
				STR_ARGS(name));
		value = buf_str(quoted);
	} else {
		value = take_word(&line, "_.:/-+*");
		if (value.length == 0)
			return FAIL(
				e, E_CONFIG_FILE, "value of \"%.*s\" is missing", STR_ARGS(name));
	}
	skip_blanks(&line);
	if (line.length > 0 && line.at[0] != '#')
		return FAIL(e, E_CONFIG_FILE, "syntax error near token \"%.*s\"",
			(int)MIN_OF(line.length, 40u), line.at);
	*to_name = name;
	*to = value;
	return OK;
}

bool config_next_line(struct config_reader *r)
{
	while (r->text.length > 0) {
		const char *end = memchr(r->text.at, '\n', r->text.length);
		uint32_t length = end == NULL ? r->text.length : (uint32_t)(end - r->text.at);
		struct str line = { r->text.at, length };

		r->line++;
		r->text.at += length + (end != NULL);
		r->text.length -= length + (end != NULL);
		error_clear(&r->fault);
		if (parse_line(line, &r->quoted, &r->name, &r->value, &r->fault) != OK ||
			r->name.length > 0)
			return true;
	}
	buf_free(&r->quoted);
	return false;
}

enum sqlstate config_parse(
	struct settings *s, struct str text, const char *file_name, struct error *e)
{
	struct config_reader reader = { .text = text };
	struct error *cause = &reader.fault;
	enum sqlstate rc = OK;

	while (rc == OK && config_next_line(&reader)) {
		bool is_read = cause->code == OK;

		if (!is_read || settings_set_name(s, reader.name, reader.value, SETTING_FROM_FILE,
					cause) != OK) {
			rc = FAIL(e, E_CONFIG_FILE, "%s in file \"%s\" line %u", cause->message,
				file_name, reader.line);
			error_detail(e, "%s", cause->detail);
			error_hint(e, "%s", cause->hint);
		}
	}
	buf_free(&reader.quoted);
	return rc;
}

static enum sqlstate load_file(const struct config *c, struct settings *s, struct error *e)
{
	char path[PATH_BYTES_MAX];
	struct buf text = { 0 };
	enum sqlstate rc;
	bool exists;

	snprintf(path, sizeof path, "%s/%s", c->directory, CONFIG_FILE_NAME);
	rc = config_read_file(path, &text, &exists, e);
	if (rc == OK && exists)
		rc = config_parse(s, buf_str(&text), path, e);
	buf_free(&text);
	return rc;
}

/* Rows that only a restart changes keep the running value. */
static void keep_running(struct settings *s, const struct settings *running)
{
	char before[SETTING_SHOW_SIZE], after[SETTING_SHOW_SIZE];
	struct error ignored;

	for (int i = 0; i < SETTING_COUNT; i++) {
		enum setting_id id = (enum setting_id)i;
		struct str old_text, new_text;

		if (setting_rows[i].context != SETTING_POSTMASTER)
			continue;
		old_text = setting_show(running, id, before);
		new_text = setting_show(s, id, after);
		if (str_equal(old_text, new_text))
			continue;
		log_line(LOG_WARNING, "config",
			"parameter \"%s\" cannot be changed without restarting the server",
			setting_rows[i].name);
		if (setting_set(s, id, old_text, SETTING_FROM_FILE, &ignored) != OK)
			unreachable();
		s->is_pending[id] = true;
	}
}

/* The files that this server reads, as far as SHOW tells them. */
static void set_paths(const struct config *c, struct settings *s)
{
	static const struct {
		enum setting_id id;
		const char *name;
	} files[] = { { SETTING_data_directory, "" },
		{ SETTING_config_file, "/" CONFIG_FILE_NAME },
		{ SETTING_hba_file, "/" HBA_FILE_NAME },
		{ SETTING_ident_file, "/" IDENT_FILE_NAME } };
	char *directory = realpath(c->directory, NULL);
	char path[PATH_BYTES_MAX];
	struct error ignored;

	for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
		struct str text = { path, (uint32_t)snprintf(path, sizeof path, "%s%s",
						 directory == NULL ? c->directory : directory,
						 files[i].name) };

		text.length = MIN_OF(text.length, (uint32_t)sizeof path - 1);
		if (setting_set(s, files[i].id, text, SETTING_FROM_SERVER, &ignored) != OK)
			unreachable();
	}
	free(directory);
}

enum sqlstate config_load(const struct config *c, const struct settings *running,
	struct settings **out, struct error *e)
{
	struct settings *s = settings_new(NULL);
	enum sqlstate rc;

	TRY_GOTO(fail, load_file(c, s, e));
	for (uint32_t i = 0; i < c->argument_count; i++)
		TRY_GOTO(fail, settings_set_name(s, c->arguments[i].name, c->arguments[i].value,
				       SETTING_FROM_COMMAND_LINE, e));
	set_paths(c, s);
	if (running != NULL)
		keep_running(s, running);
	*out = s;
	return OK;
fail:
	settings_release(s);
	return rc;
}

/* --- the file of a new directory ---------------------------------------------------------- */

static void put_default(struct buf *b, const struct settings *defaults, enum setting_id id)
{
	const struct setting_row *row = &setting_rows[id];
	char scratch[SETTING_SHOW_SIZE];
	struct str text = setting_show(defaults, id, scratch);
	bool is_bare = row->type != SETTING_TYPE_STRING;

	for (uint32_t i = 0; i < text.length && is_bare; i++)
		is_bare = isalnum((unsigned char)text.at[i]) || strchr("_.-", text.at[i]) != NULL;
	buf_printf(b, "\n# %s\n", row->description);
	if (row->type == SETTING_TYPE_ENUM)
		buf_printf(b, "# One of: %s\n", row->options);
	if (row->context == SETTING_POSTMASTER)
		buf_put_text(b, "# A change takes effect at the next start.\n");
	buf_printf(b, "#%s = %s%.*s%s\n", row->name, is_bare ? "" : "'", STR_ARGS(text),
		is_bare ? "" : "'");
}

static void put_default_file(struct buf *b)
{
	struct settings *defaults = settings_new(NULL);

	buf_put_text(b,
		"# The settings of this Quiver server.\n"
		"#\n"
		"# Lines are: name = value. What is commented out has the value shown. Values\n"
		"# with other characters than letters, digits, '_', '.' and '-' stand in\n"
		"# single quotes. Units: B kB MB GB TB; us ms s min h d. After a change send\n"
		"# SIGHUP to the server, or restart it where that is said.\n");
	for (int i = 0; i < SETTING_COUNT; i++) {
		if (setting_rows[i].context != SETTING_INTERNAL &&
			(setting_rows[i].flags & SETTING_FLAG_HIDE) == 0 &&
			i != SETTING_transaction_isolation && i != SETTING_transaction_read_only &&
			i != SETTING_transaction_deferrable)
			put_default(b, defaults, (enum setting_id)i);
	}
	settings_release(defaults);
}

enum sqlstate config_write_file(const char *path, struct str text, struct error *e)
{
	enum sqlstate rc = OK;
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return OK;
	if (fd < 0)
		return FAIL(e, E_IO, "could not create file \"%s\": %s", path, strerror(errno));
	if (write(fd, text.at, text.length) != (ssize_t)text.length)
		rc = FAIL(e, E_IO, "could not write file \"%s\": %s", path, strerror(errno));
	if (close(fd) != 0 && rc == OK)
		rc = FAIL(e, E_IO, "could not write file \"%s\": %s", path, strerror(errno));
	return rc;
}

enum sqlstate config_write_default(const char *directory, struct error *e)
{
	char path[PATH_BYTES_MAX];
	struct buf text = { 0 };
	enum sqlstate rc;

	snprintf(path, sizeof path, "%s/%s", directory, CONFIG_FILE_NAME);
	put_default_file(&text);
	rc = config_write_file(path, buf_str(&text), e);
	buf_free(&text);
	return rc;
}

/* --- the password file -------------------------------------------------------------------- */

static void find_line(struct str text, struct str user, char *to, size_t size)
{
	while (text.length > 0) {
		const char *end = memchr(text.at, '\n', text.length);
		uint32_t length = end == NULL ? text.length : (uint32_t)(end - text.at);

		if (length > user.length && text.at[user.length] == ':' &&
			str_equal((struct str){ text.at, user.length }, user)) {
			snprintf(to, size, "%.*s", (int)(length - user.length - 1),
				text.at + user.length + 1);
			return;
		}
		text.at += length + (end != NULL);
		text.length -= length + (end != NULL);
	}
}

enum sqlstate config_find_verifier(const struct settings *s, const char *directory, struct str user,
	char *to, size_t size, struct error *e)
{
	const char *name = setting_text(s, SETTING_password_file);
	char path[PATH_BYTES_MAX];
	struct buf text = { 0 };
	enum sqlstate rc;
	bool exists;

	to[0] = '\0';
	snprintf(path, sizeof path, "%s%s%s", name[0] == '/' ? "" : directory,
		name[0] == '/' ? "" : "/", name);
	rc = config_read_file(path, &text, &exists, e);
	if (rc == OK && memchr(user.at, ':', user.length) == NULL)
		find_line(buf_str(&text), user, to, size);
	if (text.data != NULL)
		memset(text.data, 0, text.length);
	buf_free(&text);
	return rc;
}
