/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * quiverctl check: a data directory that nobody serves, or a running server, and how what was found is
 * printed.
 *
 *     text   a line for each finding and note, then "TARGET: N findings"
 *     JSON   {"target":…,"level":…,"lines":[…],"findings":N,"is_sound":…}
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "src/ctl/ctl.h"
#include "src/ctl/server.h"
#include "storage/storage.h"

static void put_json(const char *text)
{
	putchar('"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else if ((unsigned char)*text < 0x20)
			printf("\\u%04x", (unsigned)(unsigned char)*text);
		else
			putchar(*text);
	}
	putchar('"');
}

void ctl_report_begin(struct ctl_report *r)
{
	if (!r->is_json)
		return;
	printf("{\"target\":");
	put_json(r->target);
	printf(",\"level\":%d,\"lines\":[", r->level);
}

void ctl_report_line(void *context, const char *line)
{
	struct ctl_report *r = context;

	if (!r->is_json) {
		printf("%s\n", line);
		return;
	}
	if (r->lines++ > 0)
		putchar(',');
	put_json(line);
}

int ctl_report_end(struct ctl_report *r, uint64_t findings)
{
	if (r->is_json)
		printf("],\"findings\":%" PRIu64 ",\"is_sound\":%s}\n", findings,
			findings == 0 ? "true" : "false");
	else
		printf("%s: %" PRIu64 " finding%s\n", r->target, findings,
			findings == 1 ? "" : "s");
	return findings == 0 ? EXIT_SUCCESS : CTL_FOUND;
}

int ctl_check(const char *directory, const struct ctl_options *o)
{
	struct ctl_report report = { .is_json = o->is_json, .level = o->level };
	struct storage_options options = { .directory = directory };
	uint64_t findings = 0;
	enum sqlstate rc;
	struct error e;

	error_clear(&e);
	report.target = directory != NULL ? directory : "server";
	ctl_report_begin(&report);
	if (directory != NULL)
		rc = storage_check(&options, o->level, ctl_report_line, &report, &findings, &e);
	else
		rc = server_check(o->server, o->level, ctl_report_line, &report, &findings, &e);
	if (rc == OK)
		return ctl_report_end(&report, findings);
	if (o->is_json)
		printf("],\"findings\":null,\"is_sound\":null}\n");
	return ctl_complain(&e);
}
