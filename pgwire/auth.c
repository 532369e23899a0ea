/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Authentication: carries the SCRAM messages between the wire and scram.c.
 *
 *     R(10 "SCRAM-SHA-256")    ->  p(mechanism, length, client-first)
 *     R(11 server-first)       ->  p(client-final)
 *     R(12 server-final), R(0)
 *
 * A user that does not exist goes through the same messages, takes the same time and gets the same
 * refusal as a wrong password. Neither password nor verifier ever reaches a message or the log.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "base/check.h"
#include "pgwire/connection.h"
#include "pgwire/scram.h"

#define AUTHENTICATION_SASL 10u
#define AUTHENTICATION_SASL_CONTINUE 11u
#define AUTHENTICATION_SASL_FINAL 12u
#define NONCE_SIZE 18 /* 24 characters of base64 */
#define SALT_SIZE 16

void auth_free(struct pgwire *w)
{
	if (w->scram != NULL)
		OPENSSL_cleanse(w->scram, sizeof *w->scram);
	free(w->scram);
	w->scram = NULL;
}

void pgwire_auth_trust(struct pgwire *w)
{
	assert(w->state == STATE_DECISION);
	w->state = STATE_ADMITTED;
}

enum sqlstate pgwire_auth_scram(struct pgwire *w, struct str user, struct str verifier,
	const uint8_t mock_secret[32], struct error *e)
{
	assert(w->state == STATE_DECISION);
	w->scram = calloc(1, sizeof *w->scram);
	if (w->scram == NULL)
		PANIC("out of memory");
	if (verifier.length == 0 || !scram_verifier_parse(verifier, &w->scram->verifier)) {
		w->scram->is_doomed = true;
		if (!scram_verifier_mock(&w->scram->verifier, user, mock_secret))
			return FAIL(e, E_INTERNAL, "could not compute a hash");
	}
	outbuf_begin(&w->out, 'R');
	outbuf_u32(&w->out.bytes, AUTHENTICATION_SASL);
	outbuf_text(&w->out.bytes, STR("SCRAM-SHA-256"));
	outbuf_text(&w->out.bytes, STR(""));
	outbuf_end(&w->out);
	w->state = STATE_SASL_INITIAL;
	return pgwire_flush(w, e);
}

static void put_sasl(struct pgwire *w, uint32_t code, const char *message)
{
	outbuf_begin(&w->out, 'R');
	outbuf_u32(&w->out.bytes, code);
	buf_put_text(&w->out.bytes, message);
	outbuf_end(&w->out);
}

static enum sqlstate sasl_initial(struct pgwire *w, struct inbuf *in, struct error *e)
{
	uint8_t random[NONCE_SIZE];
	char nonce[(NONCE_SIZE + 2) / 3 * 4 + 1], answer[SCRAM_MESSAGE_MAX];
	struct str mechanism = inbuf_text(in);
	uint32_t length = inbuf_u32(in);
	struct str message = { (const char *)in->at, length };

	if (in->is_bad)
		return FAIL(e, E_PROTOCOL, "invalid SASL response");
	if (!str_equal(mechanism, STR("SCRAM-SHA-256")))
		return FAIL(
			e, E_PROTOCOL, "client selected an invalid SASL authentication mechanism");
	if (inbuf_bytes(in, length) == NULL || !inbuf_end(in) || length == 0)
		return FAIL(e, E_PROTOCOL, "invalid SASL response");
	if (RAND_bytes(random, sizeof random) != 1)
		return FAIL(e, E_INTERNAL, "could not generate random nonce");
	EVP_EncodeBlock((unsigned char *)nonce, random, sizeof random);
	TRY(scram_first(w->scram, message, nonce, answer, sizeof answer, e));
	put_sasl(w, AUTHENTICATION_SASL_CONTINUE, answer);
	w->state = STATE_SASL_FINAL;
	return OK;
}

static enum sqlstate sasl_final(struct pgwire *w, struct inbuf *in, struct error *e)
{
	struct str message = { (const char *)in->at, (uint32_t)inbuf_left(in) };
	char answer[SCRAM_MESSAGE_MAX];
	bool is_proven;

	TRY(scram_final(w->scram, message, &is_proven, answer, sizeof answer, e));
	if (!is_proven)
		return FAIL(
			e, E_PASSWORD, "password authentication failed for user \"%s\"", w->user);
	put_sasl(w, AUTHENTICATION_SASL_FINAL, answer);
	w->state = STATE_ADMITTED;
	return OK;
}

enum sqlstate auth_message(struct pgwire *w, struct inbuf in, struct error *e)
{
	if (w->state == STATE_SASL_INITIAL)
		return sasl_initial(w, &in, e);
	assert(w->state == STATE_SASL_FINAL);
	return sasl_final(w, &in, e);
}

enum sqlstate pgwire_scram_verifier(
	struct str password, uint32_t iterations, char *to, size_t size, struct error *e)
{
	struct scram_verifier v = { .iterations = iterations, .salt_size = SALT_SIZE };

	assert(size >= SCRAM_VERIFIER_MAX);
	if (RAND_bytes(v.salt, SALT_SIZE) != 1 || !scram_verifier_make(&v, password))
		return FAIL(e, E_INTERNAL, "could not generate random salt");
	scram_verifier_format(&v, to, size);
	return OK;
}
