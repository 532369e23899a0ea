/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Fuzz target: a connection up to the point where the client is let in. The first byte chooses the
 * method of authentication and whether TLS is offered, the second the size of the pieces in which
 * the rest arrives. Where a password is asked for, which no input can know, nobody is let in.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "pgwire/pgwire.h"

enum { INPUT_MAX = 4096, PIECE_MAX = 256, ROUNDS_MAX = 100, ITERATIONS = 4, VERIFIER_SIZE = 256 };

enum method { METHOD_TRUST, METHOD_SCRAM, METHOD_PASSWORD, METHOD_MD5, METHOD_COUNT };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A certificate made for this run; its files are gone once it is loaded. */
static struct pgwire_tls *make_tls(void)
{
	char folder[] = "/tmp/quiver-fuzz-XXXXXX";
	char certificate[64], key[64];
	struct pgwire_tls_options options = { certificate, key, NULL, false };
	struct pgwire_tls *tls = NULL;
	struct error e;

	if (mkdtemp(folder) == NULL)
		return NULL;
	snprintf(certificate, sizeof certificate, "%s/c", folder);
	snprintf(key, sizeof key, "%s/k", folder);
	if (pgwire_tls_write_certificate(certificate, key, &e) != OK ||
		pgwire_tls_new(&options, &tls, &e) != OK)
		tls = NULL;
	(void)unlink(certificate);
	(void)unlink(key);
	(void)rmdir(folder);
	return tls;
}

/* The verifiers of a password that nobody knows, made once. */
static struct str verifier(enum method method)
{
	static char texts[2][VERIFIER_SIZE];
	char *text = texts[method == METHOD_MD5];
	char password[33];
	struct error e;
	FILE *random;

	if (text[0] != '\0')
		return str_of(text);
	random = fopen("/dev/urandom", "rb");
	if (random == NULL || fread(password, 1, 32, random) != 32)
		abort();
	fclose(random);
	for (int i = 0; i < 32; i++)
		password[i] = (char)('!' + (uint8_t)password[i] % 90);
	password[32] = '\0';
	if (method == METHOD_MD5
			? pgwire_md5_verifier(STR("me"), str_of(password), text, VERIFIER_SIZE, &e)
			: pgwire_scram_verifier(
				  str_of(password), ITERATIONS, text, VERIFIER_SIZE, &e))
		abort();
	return str_of(text);
}

static enum sqlstate authenticate(
	struct pgwire *w, enum method method, const struct pgwire_message *m, struct error *e)
{
	static const uint8_t secret[32] = "thirty-two bytes that are secret";
	struct str user = m->startup.user;
	/* Half of the users do not exist. */
	struct str known = user.length % 2 == 0 ? verifier(method) : STR("");

	switch (method) {
	case METHOD_SCRAM:
		return pgwire_auth_scram(w, user, known, secret, e);
	case METHOD_PASSWORD:
		return pgwire_auth_password(w, user, known, secret, e);
	case METHOD_MD5:
		return pgwire_auth_md5(w, user, known, secret, e);
	default:
		pgwire_auth_trust(w);
		return OK;
	}
}

/* Touches every byte that the packet claims to have. */
static void use(const struct pgwire_message *m)
{
	volatile uint32_t sum = 0; /* so that the reading is not optimised away */

	if (m->type == PGWIRE_CANCEL) {
		for (uint32_t i = 0; i < m->cancel.key_length; i++)
			sum += m->cancel.key[i];
		return;
	}
	for (uint32_t i = 0; i < m->startup.pair_count; i++) {
		for (uint32_t k = 0; k < m->startup.pairs[i].name.length; k++)
			sum += (uint8_t)m->startup.pairs[i].name.at[k];
		for (uint32_t k = 0; k < m->startup.pairs[i].value.length; k++)
			sum += (uint8_t)m->startup.pairs[i].value.at[k];
	}
	for (uint32_t k = 0; k < m->startup.options.length; k++)
		sum += (uint8_t)m->startup.options.at[k];
	(void)sum;
}

/* Takes what is there. False once the connection is over, or open. */
static bool take_all(struct pgwire *w, enum method method)
{
	struct pgwire_message m;
	struct error e;

	for (int i = 0; i < ROUNDS_MAX; i++) {
		switch (pgwire_next(w, false, &m, &e)) {
		case PGWIRE_MESSAGE:
			if (m.type == PGWIRE_AUTHENTICATED) {
				assert(method == METHOD_TRUST);
				return false;
			}
			use(&m);
			if (m.type == PGWIRE_CANCEL || authenticate(w, method, &m, &e) != OK)
				return false;
			if (pgwire_flush(w, &e) != OK)
				return false;
			break;
		case PGWIRE_MALFORMED:
		case PGWIRE_FAULT:
			pgwire_put_error(w, "FATAL", &e);
			pgwire_flush_once(w);
			return false;
		case PGWIRE_CLOSED:
			return false;
		case PGWIRE_WOULD_BLOCK:
			return true;
		}
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pgwire_tls *tls;
	struct pgwire_options options = { 65536, 1u << 20, 100, NULL, NULL };
	enum method method;
	struct pgwire *w;
	size_t step;
	int fds[2];

	if (size < 3 || size > INPUT_MAX || socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0)
		return 0;
	method = data[0] % METHOD_COUNT;
	if ((data[0] & 4) != 0) {
		tls = tls == NULL ? make_tls() : tls;
		options.tls = tls;
	}
	step = 1 + data[1] % PIECE_MAX;
	w = pgwire_new(fds[1], &options);
	for (size_t at = 2; at < size; at += step) {
		if (send(fds[0], data + at, MIN_OF(step, size - at), MSG_DONTWAIT) < 0 ||
			!take_all(w, method))
			break;
	}
	pgwire_free(w);
	close(fds[0]);
	return 0;
}
