/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * SCRAM-SHA-256. The four messages:
 *
 *     client-first   n,,n=user,r=cnonce
 *     server-first   r=cnonce+snonce,s=salt,i=iterations
 *     client-final   c=biws,r=cnonce+snonce,p=proof
 *     server-final   v=signature
 *
 *     SaltedPassword = PBKDF2(password, salt, i)
 *     ClientKey = HMAC(SaltedPassword, "Client Key")     StoredKey = H(ClientKey)
 *     ServerKey = HMAC(SaltedPassword, "Server Key")
 *     AuthMessage = client-first-bare "," server-first "," client-final-without-proof
 *     proof = ClientKey XOR HMAC(StoredKey, AuthMessage)   signature = HMAC(ServerKey, AuthMessage)
 *
 * With channel binding the first message begins with "p=tls-server-end-point,," and c is the base64
 * of that and of the hash of the server's certificate; "y,," says: I could, but you did not offer
 * it.
 *
 * The user name in the message is ignored, as PostgreSQL does: the startup packet's counts.
 * Passwords are taken as bytes, without SASLprep. Comparisons of secrets take constant time.
 */
#include "pgwire/scram.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/number.h"

#define PREFIX "SCRAM-SHA-256$"
#define ITERATIONS_DEFAULT 4096
#define MOCK_SALT_SIZE 16
#define BINDING_TYPE "tls-server-end-point"
#define BINDING_SIZE_MAX (sizeof "p=" BINDING_TYPE ",," + 64)
#define BASE64_SIZE(n) (((n) + 2) / 3 * 4 + 1)

static bool hmac(const void *key, size_t key_size, const void *data, size_t size, uint8_t *out)
{
	unsigned length = SCRAM_HASH_SIZE;

	return HMAC(EVP_sha256(), key, (int)key_size, data, size, out, &length) != NULL;
}

/* Strict base64. The number of bytes, or -1. */
static int base64_decode(struct str text, uint8_t *to, size_t size)
{
	uint8_t room[SCRAM_MESSAGE_MAX];
	int padding = 0, got;

	if (text.length == 0 || text.length % 4 != 0 || text.length > sizeof room)
		return -1;
	while (padding < 2 && text.at[text.length - 1 - (uint32_t)padding] == '=')
		padding++;
	for (uint32_t i = 0; i < text.length - (uint32_t)padding; i++) {
		char c = text.at[i];
		bool is_digit = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
				(c >= '0' && c <= '9') || c == '+' || c == '/';

		if (!is_digit)
			return -1;
	}
	got = EVP_DecodeBlock(room, (const unsigned char *)text.at, (int)text.length);
	got -= padding;
	if (got < 0 || (size_t)got > size)
		return -1;
	memcpy(to, room, (size_t)got);
	return got;
}

static void base64_encode(const uint8_t *from, size_t size, char *to)
{
	EVP_EncodeBlock((unsigned char *)to, from, (int)size);
}

/* --- verifiers ---------------------------------------------------------------------------- */

/* The text up to `end`, which is taken off; false if it is not there. */
static bool cut(struct str *rest, char end, struct str *part)
{
	const char *at = rest->length == 0 ? NULL : memchr(rest->at, end, rest->length);

	if (at == NULL)
		return false;
	part->at = rest->at;
	part->length = (uint32_t)(at - rest->at);
	rest->at = at + 1;
	rest->length -= part->length + 1;
	return true;
}

bool scram_verifier_parse(struct str text, struct scram_verifier *v)
{
	struct str rest = text, iterations, salt, stored;
	int64_t number;
	int salt_size;

	if (text.length < sizeof PREFIX - 1 || memcmp(text.at, PREFIX, sizeof PREFIX - 1) != 0)
		return false;
	rest.at += sizeof PREFIX - 1;
	rest.length -= sizeof PREFIX - 1;
	if (!cut(&rest, ':', &iterations) || !cut(&rest, '$', &salt) || !cut(&rest, ':', &stored))
		return false;
	if (number_read_int64(iterations, &number) != NUMBER_OK || number < 1 || number > INT32_MAX)
		return false;
	v->iterations = (uint32_t)number;
	salt_size = base64_decode(salt, v->salt, sizeof v->salt);
	if (salt_size < 1)
		return false;
	v->salt_size = (uint32_t)salt_size;
	return base64_decode(stored, v->stored_key, SCRAM_HASH_SIZE) == SCRAM_HASH_SIZE &&
	       base64_decode(rest, v->server_key, SCRAM_HASH_SIZE) == SCRAM_HASH_SIZE;
}

bool scram_verifier_make(struct scram_verifier *v, struct str password)
{
	uint8_t salted[SCRAM_HASH_SIZE], client_key[SCRAM_HASH_SIZE];
	bool is_made;

	assert(v->iterations > 0);
	is_made = PKCS5_PBKDF2_HMAC(password.at, (int)password.length, v->salt, (int)v->salt_size,
			  (int)v->iterations, EVP_sha256(), sizeof salted, salted) == 1 &&
		  hmac(salted, sizeof salted, "Client Key", 10, client_key) &&
		  hmac(salted, sizeof salted, "Server Key", 10, v->server_key);
	if (is_made)
		SHA256(client_key, sizeof client_key, v->stored_key);
	OPENSSL_cleanse(salted, sizeof salted);
	OPENSSL_cleanse(client_key, sizeof client_key);
	return is_made;
}

void scram_verifier_format(const struct scram_verifier *v, char *to, size_t size)
{
	char salt[BASE64_SIZE(SCRAM_SALT_MAX)], stored[BASE64_SIZE(SCRAM_HASH_SIZE)];
	char server[BASE64_SIZE(SCRAM_HASH_SIZE)];

	base64_encode(v->salt, v->salt_size, salt);
	base64_encode(v->stored_key, SCRAM_HASH_SIZE, stored);
	base64_encode(v->server_key, SCRAM_HASH_SIZE, server);
	snprintf(to, size, PREFIX "%u:%s$%s:%s", v->iterations, salt, stored, server);
}

bool scram_verifier_mock(struct scram_verifier *v, struct str user, const uint8_t secret[32])
{
	uint8_t hash[SCRAM_HASH_SIZE];

	if (!hmac(secret, 32, user.at, user.length, hash))
		return false;
	memset(v, 0, sizeof *v);
	v->iterations = ITERATIONS_DEFAULT;
	v->salt_size = MOCK_SALT_SIZE;
	memcpy(v->salt, hash, MOCK_SALT_SIZE);
	return true;
}

/* --- the exchange ------------------------------------------------------------------------- */

static enum sqlstate malformed(struct error *e, const char *detail)
{
	FAIL(e, E_PROTOCOL, "malformed SCRAM message");
	error_detail(e, "%s", detail);
	return e->code;
}

/* Takes "<letter>=value" up to the next comma or the end. */
static bool take_attribute(struct str *rest, char letter, struct str *value)
{
	struct str part;

	if (!cut(rest, ',', &part)) {
		part = *rest;
		rest->at += rest->length;
		rest->length = 0;
	}
	if (part.length < 2 || part.at[0] != letter || part.at[1] != '=')
		return false;
	value->at = part.at + 2;
	value->length = part.length - 2;
	return true;
}

static bool is_printable(struct str nonce)
{
	for (uint32_t i = 0; i < nonce.length; i++) {
		if (nonce.at[i] < 0x21 || nonce.at[i] > 0x7E)
			return false;
	}
	return nonce.length > 0;
}

/* Whether the flag fits what was offered and chosen. */
static enum sqlstate check_flag(const struct scram *s, struct str flag, struct error *e)
{
	if (flag.at[0] == 'p') {
		if (!s->is_plus)
			return malformed(e, "The client selected SCRAM-SHA-256 without channel "
					    "binding, but the SCRAM message includes channel "
					    "binding data.");
		if (!str_equal(flag, STR("p=" BINDING_TYPE)))
			return FAIL(e, E_PROTOCOL, "unsupported SCRAM channel-binding type");
		return OK;
	}
	if (flag.length != 1 || (flag.at[0] != 'n' && flag.at[0] != 'y'))
		return malformed(e, "Unexpected channel-binding flag.");
	if (s->is_plus)
		return malformed(e, "The client selected SCRAM-SHA-256-PLUS, but the SCRAM message "
				    "does not include channel binding data.");
	if (flag.at[0] == 'y' && s->endpoint_size > 0) {
		FAIL(e, E_AUTHORIZATION, "SCRAM channel binding negotiation error");
		error_detail(e, "The client supports SCRAM channel binding but thinks the server "
				"does not.  However, this server does support channel binding.");
		return e->code;
	}
	return OK;
}

/* The header: channel binding as agreed, no other identity. */
static enum sqlstate take_header(struct scram *s, struct str *rest, struct error *e)
{
	struct str flag, identity;

	if (!cut(rest, ',', &flag) || !cut(rest, ',', &identity) || flag.length == 0)
		return malformed(e, "The header of the client's first message is incomplete.");
	TRY(check_flag(s, flag, e));
	if (identity.length != 0)
		return FAIL(e, E_NOT_SUPPORTED,
			"client uses authorization identity, but it is not supported");
	s->gs2_flag = flag.at[0];
	return OK;
}

enum sqlstate scram_first(struct scram *s, struct str message, const char *own_nonce, char *answer,
	size_t size, struct error *e)
{
	struct str rest = message, bare, user, nonce;
	char salt[BASE64_SIZE(SCRAM_SALT_MAX)];
	int length;

	if (memchr(message.at, '\0', message.length) != NULL)
		return malformed(e, "The message contains a zero byte.");
	TRY(take_header(s, &rest, e));
	bare = rest;
	if (bare.length >= sizeof s->first_bare)
		return malformed(e, "The client's first message is too long.");
	if (bare.length > 1 && bare.at[0] == 'm')
		return FAIL(e, E_NOT_SUPPORTED, "client requires an unsupported SCRAM extension");
	if (!take_attribute(&rest, 'n', &user) || !take_attribute(&rest, 'r', &nonce))
		return malformed(e, "User name or nonce is missing.");
	if (!is_printable(nonce))
		return malformed(e, "The nonce contains unprintable characters.");
	snprintf(s->first_bare, sizeof s->first_bare, "%.*s", STR_ARGS(bare));
	length = snprintf(s->nonce, sizeof s->nonce, "%.*s%s", STR_ARGS(nonce), own_nonce);
	if (length < 0 || (size_t)length >= sizeof s->nonce)
		return malformed(e, "The nonce is too long.");
	base64_encode(s->verifier.salt, s->verifier.salt_size, salt);
	length = snprintf(s->server_first, sizeof s->server_first, "r=%s,s=%s,i=%u", s->nonce, salt,
		s->verifier.iterations);
	if (length < 0 || (size_t)length >= sizeof s->server_first || (size_t)length >= size)
		return malformed(e, "The nonce is too long.");
	memcpy(answer, s->server_first, (size_t)length + 1);
	return OK;
}

/* Whether the proof is that of the password; the signature for the answer. */
static bool check_proof(const struct scram *s, const uint8_t *proof, struct str without_proof,
	uint8_t signature[SCRAM_HASH_SIZE])
{
	char text[3 * SCRAM_MESSAGE_MAX + 3];
	uint8_t key[SCRAM_HASH_SIZE], stored[SCRAM_HASH_SIZE];
	int length = snprintf(text, sizeof text, "%s,%s,%.*s", s->first_bare, s->server_first,
		STR_ARGS(without_proof));

	assert(length > 0);
	assert((size_t)length < sizeof text);
	if (!hmac(s->verifier.stored_key, SCRAM_HASH_SIZE, text, (size_t)length, key) ||
		!hmac(s->verifier.server_key, SCRAM_HASH_SIZE, text, (size_t)length, signature))
		return false;
	for (int i = 0; i < SCRAM_HASH_SIZE; i++)
		key[i] ^= proof[i];
	SHA256(key, sizeof key, stored);
	return CRYPTO_memcmp(stored, s->verifier.stored_key, sizeof stored) == 0 && !s->is_doomed;
}

/* The client's c must be what its first message's header said, and our certificate's hash. */
static enum sqlstate check_binding(const struct scram *s, struct str binding, struct error *e)
{
	char expected[BASE64_SIZE(BINDING_SIZE_MAX)];
	uint8_t data[BINDING_SIZE_MAX];
	uint32_t size = (uint32_t)snprintf((char *)data, sizeof data, "%c%s,,", s->gs2_flag,
		s->gs2_flag == 'p' ? "=" BINDING_TYPE : "");

	if (s->gs2_flag == 'p') {
		assert(size + s->endpoint_size <= sizeof data);
		memcpy(data + size, s->endpoint, s->endpoint_size);
		size += s->endpoint_size;
	}
	base64_encode(data, size, expected);
	if (str_equal(binding, str_of(expected)))
		return OK;
	if (s->gs2_flag == 'p')
		return FAIL(e, E_AUTHORIZATION, "SCRAM channel binding check failed");
	return FAIL(e, E_PROTOCOL,
		"unexpected SCRAM channel-binding attribute in client-final-message");
}

enum sqlstate scram_final(struct scram *s, struct str message, bool *is_proven, char *answer,
	size_t size, struct error *e)
{
	uint8_t proof_bytes[SCRAM_HASH_SIZE], signature[SCRAM_HASH_SIZE];
	char encoded[BASE64_SIZE(SCRAM_HASH_SIZE)];
	struct str rest = message, binding, nonce, proof, without_proof;

	*is_proven = false;
	if (message.length >= SCRAM_MESSAGE_MAX)
		return malformed(e, "The client's final message is too long.");
	if (memchr(message.at, '\0', message.length) != NULL)
		return malformed(e, "The message contains a zero byte.");
	if (!take_attribute(&rest, 'c', &binding) || !take_attribute(&rest, 'r', &nonce))
		return malformed(e, "Channel binding or nonce is missing.");
	TRY(check_binding(s, binding, e));
	if (!str_equal(nonce, str_of(s->nonce))) {
		FAIL(e, E_PROTOCOL, "invalid SCRAM response");
		error_detail(e, "Nonce does not match.");
		return e->code;
	}
	/* Extensions may stand between the nonce and the proof, which is last. */
	do {
		without_proof = (struct str){ message.at, (uint32_t)(rest.at - message.at) };
		if (rest.length == 0)
			return malformed(e, "The proof is missing.");
	} while (!take_attribute(&rest, 'p', &proof));
	without_proof.length--;
	if (rest.length != 0 ||
		base64_decode(proof, proof_bytes, sizeof proof_bytes) != SCRAM_HASH_SIZE)
		return malformed(e, "The proof is malformed.");
	*is_proven = check_proof(s, proof_bytes, without_proof, signature);
	base64_encode(signature, sizeof signature, encoded);
	snprintf(answer, size, "v=%s", encoded);
	return OK;
}
