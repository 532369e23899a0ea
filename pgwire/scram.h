/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * SCRAM-SHA-256 (RFC 5802, RFC 7677), the server's side: two client messages in, two server
 * messages out. Knows neither the wire nor where verifiers are kept. With channel binding
 * (tls-server-end-point) or without.
 */
#ifndef PGWIRE_SCRAM_H
#define PGWIRE_SCRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

#define SCRAM_HASH_SIZE 32
#define SCRAM_SALT_MAX 64
#define SCRAM_MESSAGE_MAX 1024
#define SCRAM_VERIFIER_MAX 256

/* What is stored instead of a password. */
struct scram_verifier {
	uint32_t iterations;
	uint32_t salt_size;
	uint8_t salt[SCRAM_SALT_MAX];
	uint8_t stored_key[SCRAM_HASH_SIZE];
	uint8_t server_key[SCRAM_HASH_SIZE];
};

/* One exchange. */
struct scram {
	struct scram_verifier verifier;
	bool is_doomed;			    /* runs to its end and fails there */
	bool is_plus;			    /* the client chose SCRAM-SHA-256-PLUS */
	uint32_t endpoint_size;		    /* 0: PLUS was not offered */
	const uint8_t *endpoint;	    /* hash of the server's certificate */
	char gs2_flag;			    /* 'n', 'y' or 'p' */
	char first_bare[SCRAM_MESSAGE_MAX]; /* client-first-message-bare */
	char server_first[SCRAM_MESSAGE_MAX];
	char nonce[SCRAM_MESSAGE_MAX]; /* the client's and ours */
};

/* Reads "SCRAM-SHA-256$iterations:salt$stored:server". False if it is not one. */
bool scram_verifier_parse(struct str text, struct scram_verifier *v);
/* Computes the keys from a password; salt, salt_size and iterations are set. */
bool scram_verifier_make(struct scram_verifier *v, struct str password);
/* Writes the text form, at most SCRAM_VERIFIER_MAX bytes. */
void scram_verifier_format(const struct scram_verifier *v, char *to, size_t size);
/* A verifier that no password fits, the same for the same user and secret. */
bool scram_verifier_mock(struct scram_verifier *v, struct str user, const uint8_t secret[32]);

/* Takes client-first-message and writes server-first-message. `own_nonce`: printable, without
   comma. Errors: E_PROTOCOL, E_NOT_SUPPORTED; E_AUTHORIZATION if the client believes that
   channel binding was not offered, though it was: somebody between took it out. */
enum sqlstate scram_first(struct scram *s, struct str message, const char *own_nonce, char *answer,
	size_t size, struct error *e);
/* Takes client-final-message. *is_proven: the client knew the password; then `answer` is
   server-final-message. Errors: E_PROTOCOL; E_AUTHORIZATION if the client sees another certificate
   than ours. */
enum sqlstate scram_final(struct scram *s, struct str message, bool *is_proven, char *answer,
	size_t size, struct error *e);

#endif
