/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The isolation tester: runs the orders of a spec file (spec.c has the syntax), each session on a
 * connection of its own, and prints what each step answered. A step that cannot go on is printed
 * with "<waiting ...>", and once more with "<... completed>" when it could.
 *
 *     isolation_tester FILE.spec      the server is where libpq's environment says
 *
 * How a wait is found. The server has no view of who waits for whom, so the tester judges by
 * silence, measured in the server's own time: a step waits if it has not answered while the server
 * answered QUIET_PINGS pings of another connection, one every PING_MS. On a slow or loaded machine
 * the pings take longer too. Every answer of any session starts the count again, so that what is
 * printed does not depend on who was first: after each step the tester goes on only when everybody
 * has answered or is judged to wait. The end of a block waits for nobody, so it is never judged.
 *
 *     step sent ──answers──────────────────────────▶ printed with its answer
 *         └──silence──▶ printed as waiting ──answers──▶ printed as completed
 *
 * Answers that come in the same settling are printed in the order in which their steps were sent.
 * A step for a session that still waits is sent when the earlier one has answered.
 */
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "tests/isolation/spec.h"

/* A sanitizer slows a statement down more than a ping, which hardly runs code of ours. */
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { QUIET_PINGS = 150 };
#else
enum { QUIET_PINGS = 30 };
#endif
enum { PING_MS = 4, GIVE_UP_MS = 60000 };

/* A session while an order runs. */
struct player {
	PGconn *connection;
	int step;	   /* what it is doing, or SPEC_NOBODY */
	bool is_announced; /* its step has been printed as waiting */
	bool has_answered;
	bool is_commit; /* its step is COMMIT */
	int turn;	/* when the step was sent */
	char *answer;	/* what is to be printed */
	size_t answer_size;
	FILE *to; /* writes the answer */
};

struct stage {
	const struct spec *spec;
	struct player players[SPEC_SESSIONS_MAX];
	PGconn *control;
	int turn;
	int quiet; /* pings answered since anybody else answered */
};

static void die(const char *what, const char *why)
{
	fflush(stdout);
	fprintf(stderr, "isolation_tester: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void ignore_notice(void *context, const PGresult *notice)
{
	(void)context;
	(void)notice;
}

static PGconn *connect_one(void)
{
	PGconn *c = PQconnectdb("");

	if (PQstatus(c) != CONNECTION_OK)
		die("connection", PQerrorMessage(c));
	PQsetNoticeReceiver(c, ignore_notice, NULL);
	return c;
}

/* ---- what a result looks like ---- */

static void print_rows(FILE *to, const PGresult *result)
{
	PQprintOpt options = { 0 };
	char separator[] = "|";

	options.header = 1;
	options.align = 1;
	options.fieldSep = separator;
	PQprint(to, result, &options);
}

static void print_result(FILE *to, const PGresult *result, bool is_commit)
{
	const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	switch (PQresultStatus(result)) {
	case PGRES_TUPLES_OK:
		print_rows(to, result);
		return;
	case PGRES_COMMAND_OK:
		/* what COMMIT of a failed block did */
		if (is_commit && strcmp(PQcmdStatus((PGresult *)result), "ROLLBACK") == 0)
			fprintf(to, "ROLLBACK\n");
		return;
	case PGRES_EMPTY_QUERY:
		return;
	default:
		fprintf(to, "ERROR:  %s: %s\n", code == NULL ? "-----" : code,
			message == NULL ? PQresultErrorMessage(result) : message);
	}
}

/* For setup and teardown: rows are shown, commands are silent. */
static void run_text(PGconn *c, const char *what, const char *text)
{
	PGresult *result;

	if (text == NULL)
		return;
	if (!PQsendQuery(c, text))
		die(what, PQerrorMessage(c));
	while ((result = PQgetResult(c)) != NULL) {
		if (PQresultStatus(result) == PGRES_FATAL_ERROR)
			fprintf(stdout, "%s failed: ", what);
		print_result(stdout, result, false);
		PQclear(result);
	}
}

/* ---- listening ---- */

/* Takes in what the player's server has sent; true if something ended. */
static bool player_hear(struct player *p)
{
	PGresult *result;

	if (p->step == SPEC_NOBODY || p->has_answered)
		return false;
	if (!PQconsumeInput(p->connection)) {
		fprintf(p->to, "FATAL:  %s", PQerrorMessage(p->connection));
		p->has_answered = true;
		return true;
	}
	while (!PQisBusy(p->connection)) {
		result = PQgetResult(p->connection);
		if (result == NULL) {
			p->has_answered = true;
			return true;
		}
		print_result(p->to, result, p->is_commit);
		PQclear(result);
	}
	return false;
}

static int hear_all(struct stage *s)
{
	int heard = 0;

	for (int i = 0; i < s->spec->session_count; i++)
		heard += player_hear(&s->players[i]);
	return heard;
}

static int count_silent(const struct stage *s)
{
	int count = 0;

	for (int i = 0; i < s->spec->session_count; i++)
		count += s->players[i].step != SPEC_NOBODY && !s->players[i].has_answered;
	return count;
}

/* Sleeps until a session or the control connection says something, or the time is over. */
static void listen(const struct stage *s, int timeout_ms, bool with_control)
{
	struct pollfd fds[SPEC_SESSIONS_MAX + 1];
	nfds_t count = 0;

	for (int i = 0; i < s->spec->session_count; i++) {
		const struct player *p = &s->players[i];

		if (p->step != SPEC_NOBODY && !p->has_answered)
			fds[count++] =
				(struct pollfd){ .fd = PQsocket(p->connection), .events = POLLIN };
	}
	if (with_control)
		fds[count++] = (struct pollfd){ .fd = PQsocket(s->control), .events = POLLIN };
	if (poll(fds, count, timeout_ms) < 0 && errno != EINTR)
		die("poll", strerror(errno));
}

/* One ping: a turn of the clock by which silence is measured. Sessions heard meanwhile stop it. */
static void ping(struct stage *s)
{
	long long next_ms = now_ms() + PING_MS;
	PGresult *result;

	if (!PQsendQuery(s->control, "SELECT 1"))
		die("ping", PQerrorMessage(s->control));
	while (PQisBusy(s->control)) {
		listen(s, GIVE_UP_MS, true);
		if (!PQconsumeInput(s->control))
			die("ping", PQerrorMessage(s->control));
		if (hear_all(s) > 0)
			s->quiet = -1;
	}
	while ((result = PQgetResult(s->control)) != NULL)
		PQclear(result);
	while (s->quiet >= 0 && now_ms() < next_ms) {
		listen(s, (int)(next_ms - now_ms()), false);
		if (hear_all(s) > 0)
			s->quiet = -1;
	}
	s->quiet++;
}

/* Until everybody has answered, or those who have not are judged to wait. */
static void settle(struct stage *s)
{
	s->quiet = 0;
	hear_all(s);
	while (count_silent(s) > 0 && s->quiet < QUIET_PINGS)
		ping(s);
}

/* Until this one has answered, whatever it waits for. */
static void wait_for(struct stage *s, struct player *p)
{
	long long end_ms = now_ms() + GIVE_UP_MS;

	hear_all(s);
	while (p->step != SPEC_NOBODY && !p->has_answered) {
		long long left_ms = end_ms - now_ms();

		if (left_ms <= 0)
			die(s->spec->steps[p->step].name, "no answer within a minute");
		listen(s, (int)left_ms, false);
		hear_all(s);
	}
}

/* ---- telling ---- */

static struct player *next_to_report(struct stage *s)
{
	struct player *first = NULL;

	for (int i = 0; i < s->spec->session_count; i++) {
		struct player *p = &s->players[i];

		if (p->step == SPEC_NOBODY || !p->has_answered)
			continue;
		if (first == NULL || p->turn < first->turn)
			first = p;
	}
	return first;
}

static void report_done(struct stage *s, struct player *p)
{
	const struct spec_step *step = &s->spec->steps[p->step];

	fclose(p->to);
	if (p->is_announced)
		printf("step %s: <... completed>\n", step->name);
	else
		printf("step %s: %s\n", step->name, step->text);
	fputs(p->answer, stdout);
	free(p->answer);
	p->step = SPEC_NOBODY;
}

/* The step just sent comes first: it may have set the others free. */
static void report(struct stage *s, struct player *sent)
{
	struct player *p;

	if (sent != NULL && sent->step != SPEC_NOBODY && !sent->is_announced) {
		const struct spec_step *step = &s->spec->steps[sent->step];

		if (sent->has_answered) {
			report_done(s, sent);
		} else {
			printf("step %s: %s <waiting ...>\n", step->name, step->text);
			sent->is_announced = true;
		}
	}
	while ((p = next_to_report(s)) != NULL)
		report_done(s, p);
}

/* ---- playing ---- */

static void cancel_session(const struct stage *s, const struct spec_step *step)
{
	PGcancel *cancel = PQgetCancel(s->players[step->cancels].connection);
	char why[256];

	printf("step %s: <cancel %s>\n", step->name, step->text);
	if (cancel == NULL || !PQcancel(cancel, why, sizeof why))
		die("cancel", cancel == NULL ? "no key" : why);
	PQfreeCancel(cancel);
}

static void play_step(struct stage *s, const struct spec_use *use)
{
	const struct spec_step *step = &s->spec->steps[use->step];
	struct player *p = &s->players[step->session];

	if (step->cancels != SPEC_NOBODY) {
		cancel_session(s, step);
		settle(s);
		report(s, NULL);
		return;
	}
	if (p->step != SPEC_NOBODY) {
		wait_for(s, p);
		settle(s);
		report(s, NULL);
	}
	p->step = use->step;
	p->turn = s->turn++;
	p->has_answered = false;
	p->is_announced = false;
	p->is_commit = strncmp(step->text, "COMMIT", 6) == 0;
	p->to = open_memstream(&p->answer, &p->answer_size);
	if (p->to == NULL || !PQsendQuery(p->connection, step->text))
		die(step->name, PQerrorMessage(p->connection));
	if (use->must_wait) {
		printf("step %s: %s <waiting ...>\n", step->name, step->text);
		p->is_announced = true;
		return;
	}
	if (p->is_commit || strncmp(step->text, "ROLLBACK", 8) == 0)
		wait_for(s, p);
	settle(s);
	report(s, p);
}

static void start_players(struct stage *s, const char *level)
{
	for (int i = 0; i < s->spec->session_count; i++) {
		struct player *p = &s->players[i];
		char text[128];

		*p = (struct player){ .connection = connect_one(), .step = SPEC_NOBODY };
		if (level != NULL) {
			snprintf(text, sizeof text, "SET default_transaction_isolation = '%s'",
				level);
			run_text(p->connection, "isolation level", text);
		}
		run_text(p->connection, s->spec->sessions[i].name, s->spec->sessions[i].setup);
	}
}

static void end_players(struct stage *s)
{
	for (int i = 0; i < s->spec->session_count; i++)
		wait_for(s, &s->players[i]);
	report(s, NULL);
	for (int i = 0; i < s->spec->session_count; i++) {
		PGconn *c = s->players[i].connection;

		run_text(c, s->spec->sessions[i].name, s->spec->sessions[i].teardown);
		/* an open block must be over before the next order begins, not when the server
		   notices the closed connection */
		if (PQtransactionStatus(c) != PQTRANS_IDLE)
			PQclear(PQexec(c, "ROLLBACK"));
		PQfinish(c);
	}
}

static void play(struct stage *s, const struct spec_permutation *p, const char *level)
{
	const struct spec *spec = s->spec;

	if (level != NULL)
		printf("\nisolation level: %s", level);
	printf("\nstarting permutation:");
	for (int i = 0; i < p->use_count; i++)
		printf(" %s", spec->steps[p->uses[i].step].name);
	printf("\n");
	for (int i = 0; i < spec->setup_count; i++)
		run_text(s->control, "setup", spec->setups[i]);
	start_players(s, level);
	for (int i = 0; i < p->use_count; i++)
		play_step(s, &p->uses[i]);
	end_players(s);
	for (int i = 0; i < spec->teardown_count; i++)
		run_text(s->control, "teardown", spec->teardowns[i]);
}

int main(int argc, char **argv)
{
	static struct spec spec;
	struct stage s = { .spec = &spec };

	if (argc != 2)
		die("usage", "isolation_tester FILE.spec");
	spec_read(&spec, argv[1]);
	printf("Parsed test spec with %d sessions\n", spec.session_count);
	s.control = connect_one();
	for (int p = 0; p < spec.permutation_count; p++) {
		for (int l = 0; l < spec.level_count; l++)
			play(&s, &spec.permutations[p], spec.levels[l]);
		if (spec.level_count == 0)
			play(&s, &spec.permutations[p], NULL);
	}
	PQfinish(s.control);
	return fclose(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
