/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The commands of a connection that began with replication=care, which quiverctl makes:
 *
 *     BACKUP                             the stream of a full backup, as CopyData
 *     BACKUP SINCE uuid sequence lsn ts  of an increment on the checkpoint named
 *     DUMP                               statements that make the graph, as CopyData
 *     DUMP CSV                           files: in each CopyData a name, a newline and bytes
 *     CHECK [level]                      a row for each finding and note
 *     CHECKPOINT
 *
 * They run beside everything else: nobody waits for a backup or a check. Words are divided by blanks,
 * case does not matter.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "src/client_state.h"
#include "storage/storage.h"

enum { WORDS_MAX = 6, WORD_BYTES = 64, LEVEL_DEFAULT = 3, TAG_BYTES = 64 };
#define OID_TEXT 25

struct command {
	uint32_t count;
	char words[WORDS_MAX][WORD_BYTES];
};

static enum sqlstate split(struct str text, struct command *out, struct error *e)
{
	uint32_t at = 0;

	memset(out, 0, sizeof *out);
	for (;;) {
		uint32_t start;

		while (at < text.length &&
			(isspace((unsigned char)text.at[at]) || text.at[at] == ';'))
			at++;
		start = at;
		while (at < text.length && !isspace((unsigned char)text.at[at]) &&
			text.at[at] != ';')
			at++;
		if (at == start)
			return OK;
		if (out->count == WORDS_MAX || at - start >= WORD_BYTES)
			return FAIL(e, E_SYNTAX, "command for care has too many or too long words");
		memcpy(out->words[out->count++], text.at + start, at - start);
	}
}

static bool is_word(const struct command *m, uint32_t index, const char *word)
{
	return index < m->count && str_equal_nocase(str_of(m->words[index]), str_of(word));
}

static bool read_number(const char *word, uint64_t *out)
{
	char *end;

	*out = strtoull(word, &end, 10);
	return isdigit((unsigned char)word[0]) && *end == '\0';
}

static bool is_cancelled(struct client *c, struct error *e)
{
	if (atomic_load_explicit(&c->entry.cancel, memory_order_relaxed) == QUERY_CANCEL_NONE)
		return false;
	(void)FAIL(e, E_CANCELLED, "canceling statement due to user request");
	return true;
}

/* ---- streams ------------------------------------------------------------------------------ */

/* What a command sends as CopyData, piece by piece. */
struct source {
	enum step (*next)(void *of, struct buf *to, struct error *e);
	void *of;
	bool is_binary;
	const char *tag;
};

static enum sqlstate send_stream(struct client *c, const struct source *source, struct error *e)
{
	enum step step;

	pgwire_put_copy_response(c->wire, 'H', source->is_binary, 0);
	do {
		struct buf *to = pgwire_copy_begin(c->wire);
		size_t start = to->length;
		bool is_empty;

		step = source->next(source->of, to, e);
		is_empty = to->length == start;
		if (step != STEP_ROW || is_empty)
			pgwire_row_abandon(c->wire);
		else
			TRY(pgwire_copy_end(c->wire, e));
		if (step == STEP_FAILED || is_cancelled(c, e))
			return e->code;
	} while (step == STEP_ROW);
	pgwire_put_copy_done(c->wire);
	pgwire_put_complete(c->wire, source->tag);
	return OK;
}

/* ---- backup ------------------------------------------------------------------------------- */

static enum sqlstate read_base(
	const struct command *m, struct storage_backup_base *out, struct error *e)
{
	const char *uuid = m->words[2];

	if (m->count != 6 || !is_word(m, 1, "SINCE") || strlen(uuid) != 2 * sizeof out->uuid ||
		strspn(uuid, "0123456789abcdef") != 2 * sizeof out->uuid ||
		!read_number(m->words[3], &out->sequence) || !read_number(m->words[4], &out->lsn) ||
		!read_number(m->words[5], &out->ts))
		return FAIL(e, E_SYNTAX, "BACKUP SINCE requires uuid, sequence, lsn and ts");
	for (size_t i = 0; i < sizeof out->uuid; i++) {
		char pair[3] = { uuid[2 * i], uuid[2 * i + 1], '\0' };

		out->uuid[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return OK;
}

static enum step backup_next(void *of, struct buf *to, struct error *e)
{
	return storage_backup_next(of, to, e);
}

static enum sqlstate back_up(struct client *c, const struct command *m, struct error *e)
{
	struct source source = { .next = backup_next, .is_binary = true, .tag = "BACKUP" };
	struct storage_backup_base base;
	struct storage_backup *b;
	enum sqlstate rc;

	if (m->count > 1)
		TRY(read_base(m, &base, e));
	TRY(storage_backup_begin(c->context->storage, m->count > 1 ? &base : NULL, &b, e));
	source.of = b;
	rc = send_stream(c, &source, e);
	storage_backup_end(b);
	return rc;
}

/* ---- dump --------------------------------------------------------------------------------- */

static enum step dump_next(void *of, struct buf *to, struct error *e)
{
	return query_dump_next(of, to, e);
}

static enum sqlstate dump(struct client *c, bool is_csv, struct error *e)
{
	struct source source = { .next = dump_next, .tag = "DUMP" };
	struct query_dump *d;
	enum sqlstate rc;

	TRY(query_dump_begin(c->context->storage, is_csv, &d, e));
	source.of = d;
	rc = send_stream(c, &source, e);
	query_dump_end(d);
	return rc;
}

/* ---- check -------------------------------------------------------------------------------- */

static void send_line(void *context, const char *line)
{
	struct client *c = context;
	struct error ignored; /* a client that is gone is noticed at the end */
	struct buf *row = pgwire_row_begin(c->wire, 1);
	uint32_t size = (uint32_t)strlen(line);
	uint8_t length[4] = { (uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8),
		(uint8_t)size };

	buf_put(row, length, sizeof length);
	buf_put(row, line, size);
	if (pgwire_row_end(c->wire, &ignored) != OK)
		pgwire_row_abandon(c->wire);
}

static enum sqlstate check(struct client *c, const struct command *m, struct error *e)
{
	struct pgwire_column column = { .name = STR("finding"), .oid = OID_TEXT };
	uint64_t level = LEVEL_DEFAULT, findings;
	struct storage_checker checker;
	char tag[TAG_BYTES];

	if (m->count > 2 || (m->count == 2 && !read_number(m->words[1], &level)) || level < 1 ||
		level > STORAGE_CHECK_LEVELS)
		return FAIL(e, E_SYNTAX, "CHECK takes a level from 1 to %d", STORAGE_CHECK_LEVELS);
	pgwire_put_row_description(c->wire, 1, &column);
	checker = (struct storage_checker){ (int)level, send_line, c, &c->entry.cancel };
	if (storage_check_beside(c->context->storage, &checker, &findings, e) != OK) {
		if (e->code == E_CANCELLED)
			(void)is_cancelled(c, e); /* as all statements say it */
		return e->code;
	}
	snprintf(tag, sizeof tag, "CHECK %" PRIu64, findings);
	pgwire_put_complete(c->wire, tag);
	return OK;
}

/* ---- all ---------------------------------------------------------------------------------- */

static enum sqlstate run(struct client *c, struct str text, struct error *e)
{
	struct command m;

	TRY(split(text, &m, e));
	if (is_word(&m, 0, "BACKUP"))
		return back_up(c, &m, e);
	if (is_word(&m, 0, "CHECK"))
		return check(c, &m, e);
	if (is_word(&m, 0, "DUMP") && (m.count == 1 || (m.count == 2 && is_word(&m, 1, "CSV"))))
		return dump(c, m.count == 2, e);
	if (is_word(&m, 0, "CHECKPOINT") && m.count == 1) {
		TRY(storage_checkpoint(c->context->storage, e));
		pgwire_put_complete(c->wire, "CHECKPOINT");
		return OK;
	}
	if (m.count == 0) {
		pgwire_put_empty_query(c->wire);
		return OK;
	}
	return FAIL(e, E_SYNTAX, "command for care is none of BACKUP, DUMP, CHECK and CHECKPOINT");
}

/* What these commands read is everything there is. */
static enum sqlstate run_as_superuser(struct client *c, struct str text, struct error *e)
{
	if (!c->role.is_superuser)
		return FAIL(
			e, E_PRIVILEGE, "must be superuser to back up, dump or check the store");
	return run(c, text, e);
}

void client_care(struct client *c, struct str text)
{
	if (run_as_superuser(c, text, &c->error) != OK)
		client_report(c, STR(""));
	if (!c->has_ended)
		client_ready(c);
}
