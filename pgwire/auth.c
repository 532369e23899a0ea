/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Authentication: carries the SCRAM messages between the wire and scram.c, and checks the passwords
 * of clients that are too old for that.
 *
 *     R(10 "SCRAM-SHA-256-PLUS" over TLS, "SCRAM-SHA-256")    ->  p(mechanism, length, client-first)
 *     R(11 server-first)                                      ->  p(client-final)
 *     R(12 server-final), R(0)
 *
 *     R(3)          ->  p(password)                                    R(0)
 *     R(5, salt)    ->  p("md5" md5(md5(password user) salt))          R(0)
 *
 * A user that does not exist goes through the same messages, takes the same time and gets the same
 * refusal as a wrong password. Neither password nor verifier ever reaches a message or the log.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "pgwire/connection.h"
#include "pgwire/scram.h"

#define AUTHENTICATION_CLEARTEXT 3u
#define AUTHENTICATION_MD5 5u
#define AUTHENTICATION_SASL 10u
#define AUTHENTICATION_SASL_CONTINUE 11u
#define AUTHENTICATION_SASL_FINAL 12u
#define NONCE_SIZE 18 /* 24 characters of base64 */
#define SALT_SIZE 16
#define MD5_SALT_SIZE 4
#define MD5_SIZE 16
#define MD5_TEXT_SIZE (3 + 2 * MD5_SIZE) /* "md5" and the hash in hexadecimal digits */

/* What a password is checked against. */
struct auth_secret {
	struct scram_verifier scram; /* unless is_md5 */
	bool is_md5, is_doomed;
	char md5[MD5_TEXT_SIZE + 1];
	uint8_t salt[MD5_SALT_SIZE];
	uint32_t user_length;
	char user[];
};

void auth_free(struct pgwire *w)
{
	if (w->secret != NULL)
		OPENSSL_cleanse(w->secret, sizeof *w->secret);
	free(w->secret);
	w->secret = NULL;
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
	if (w->stream.tls != NULL)
		w->scram->endpoint = stream_tls_endpoint(w->options.tls, &w->scram->endpoint_size);
	outbuf_begin(&w->out, 'R');
	outbuf_u32(&w->out.bytes, AUTHENTICATION_SASL);
	if (w->scram->endpoint_size > 0)
		outbuf_text(&w->out.bytes, STR("SCRAM-SHA-256-PLUS"));
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
	w->scram->is_plus =
		w->scram->endpoint_size > 0 && str_equal(mechanism, STR("SCRAM-SHA-256-PLUS"));
	if (!w->scram->is_plus && !str_equal(mechanism, STR("SCRAM-SHA-256")))
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

/* --- passwords ---------------------------------------------------------------------------- */

/* "md5" and the hash of two pieces; false if OpenSSL has no MD5. */
static bool hash_md5(struct str a, struct str b, char to[MD5_TEXT_SIZE + 1])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t hash[MD5_SIZE];
	bool is_made;

	is_made = context != NULL && EVP_DigestInit_ex(context, EVP_md5(), NULL) == 1 &&
		  EVP_DigestUpdate(context, a.at, a.length) == 1 &&
		  EVP_DigestUpdate(context, b.at, b.length) == 1 &&
		  EVP_DigestFinal_ex(context, hash, NULL) == 1;
	EVP_MD_CTX_free(context);
	snprintf(to, MD5_TEXT_SIZE + 1, "md5");
	for (int i = 0; i < MD5_SIZE && is_made; i++)
		snprintf(to + 3 + 2 * i, 3, "%02x", hash[i]);
	OPENSSL_cleanse(hash, sizeof hash);
	return is_made;
}

static bool is_md5(struct str verifier)
{
	return verifier.length == MD5_TEXT_SIZE && memcmp(verifier.at, "md5", 3) == 0;
}

bool pgwire_is_verifier(struct str text)
{
	struct scram_verifier parsed;

	return is_md5(text) || scram_verifier_parse(text, &parsed);
}

static enum sqlstate keep_secret(struct pgwire *w, struct str user, struct str verifier,
	const uint8_t mock_secret[32], struct error *e)
{
	struct auth_secret *s = calloc(1, sizeof *s + user.length);

	if (s == NULL)
		PANIC("out of memory");
	w->secret = s;
	s->user_length = user.length;
	memcpy(s->user, user.at, user.length);
	s->is_md5 = is_md5(verifier);
	if (s->is_md5) {
		memcpy(s->md5, verifier.at, MD5_TEXT_SIZE);
	} else if (!scram_verifier_parse(verifier, &s->scram)) {
		s->is_doomed = true;
		if (!scram_verifier_mock(&s->scram, user, mock_secret))
			return FAIL(e, E_INTERNAL, "could not compute a hash");
	}
	return OK;
}

enum sqlstate pgwire_auth_password(struct pgwire *w, struct str user, struct str verifier,
	const uint8_t mock_secret[32], struct error *e)
{
	assert(w->state == STATE_DECISION);
	TRY(keep_secret(w, user, verifier, mock_secret, e));
	outbuf_begin(&w->out, 'R');
	outbuf_u32(&w->out.bytes, AUTHENTICATION_CLEARTEXT);
	outbuf_end(&w->out);
	w->state = STATE_PASSWORD;
	return pgwire_flush(w, e);
}

enum sqlstate pgwire_auth_md5(struct pgwire *w, struct str user, struct str verifier,
	const uint8_t mock_secret[32], struct error *e)
{
	if (!is_md5(verifier))
		return pgwire_auth_scram(w, user, verifier, mock_secret, e);
	assert(w->state == STATE_DECISION);
	TRY(keep_secret(w, user, verifier, mock_secret, e));
	if (RAND_bytes(w->secret->salt, MD5_SALT_SIZE) != 1)
		return FAIL(e, E_INTERNAL, "could not generate random MD5 salt");
	outbuf_begin(&w->out, 'R');
	outbuf_u32(&w->out.bytes, AUTHENTICATION_MD5);
	buf_put(&w->out.bytes, w->secret->salt, MD5_SALT_SIZE);
	outbuf_end(&w->out);
	w->state = STATE_MD5;
	return pgwire_flush(w, e);
}

/* Whether this is the password; takes the same time for a user that does not exist. */
static bool check_cleartext(const struct auth_secret *s, struct str password)
{
	struct scram_verifier given = s->scram;
	char text[MD5_TEXT_SIZE + 1];
	bool is_proven;

	if (s->is_md5)
		return hash_md5(password, (struct str){ s->user, s->user_length }, text) &&
		       CRYPTO_memcmp(text, s->md5, MD5_TEXT_SIZE) == 0;
	is_proven = scram_verifier_make(&given, password) &&
		    CRYPTO_memcmp(given.stored_key, s->scram.stored_key, SCRAM_HASH_SIZE) == 0 &&
		    !s->is_doomed;
	OPENSSL_cleanse(&given, sizeof given);
	return is_proven;
}

static bool check_md5(const struct auth_secret *s, struct str answer)
{
	struct str digits = { s->md5 + 3, 2 * MD5_SIZE };
	struct str salt = { (const char *)s->salt, MD5_SALT_SIZE };
	char text[MD5_TEXT_SIZE + 1];

	return hash_md5(digits, salt, text) && answer.length == MD5_TEXT_SIZE &&
	       CRYPTO_memcmp(answer.at, text, MD5_TEXT_SIZE) == 0;
}

static enum sqlstate check_password(struct pgwire *w, struct inbuf *in, struct error *e)
{
	struct str answer = inbuf_text(in);
	bool is_proven;

	if (!inbuf_end(in))
		return FAIL(e, E_PROTOCOL, "invalid password packet size");
	if (answer.length == 0)
		return FAIL(e, E_PASSWORD, "empty password returned by client");
	is_proven = w->state == STATE_MD5 ? check_md5(w->secret, answer)
					  : check_cleartext(w->secret, answer);
	if (!is_proven)
		return FAIL(
			e, E_PASSWORD, "password authentication failed for user \"%s\"", w->user);
	w->state = STATE_ADMITTED;
	return OK;
}

enum sqlstate pgwire_md5_verifier(
	struct str user, struct str password, char *to, size_t size, struct error *e)
{
	assert(size > MD5_TEXT_SIZE);
	return hash_md5(password, user, to) ? OK
					    : FAIL(e, E_INTERNAL, "could not compute MD5 hash");
}

/* --- both --------------------------------------------------------------------------------- */

enum sqlstate auth_message(struct pgwire *w, struct inbuf in, struct error *e)
{
	if (w->state == STATE_PASSWORD || w->state == STATE_MD5)
		return check_password(w, &in, e);
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
