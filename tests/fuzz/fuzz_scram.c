/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Fuzz target: the SCRAM exchange. The input is a verifier, the client's first and its final
 * message, parted by newlines. Nobody may be admitted who does not know the password, which is
 * random.
 */
#include <stdlib.h>

#include "base/check.h"
#include "pgwire/scram.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The text up to the next newline, which is taken off. */
static struct str take_line(struct str *rest)
{
	const char *end = rest->length == 0 ? NULL : memchr(rest->at, '\n', rest->length);
	struct str line = { rest->at, end == NULL ? rest->length : (uint32_t)(end - rest->at) };

	rest->at += line.length + (end != NULL);
	rest->length -= line.length + (end != NULL);
	return line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t secret[32] = "thirty-two bytes that are secret";
	struct str rest = { (const char *)data, (uint32_t)size };
	struct scram scram = { .is_doomed = false };
	struct scram_verifier parsed;
	char answer[SCRAM_MESSAGE_MAX], text[SCRAM_VERIFIER_MAX];
	bool is_proven = false;
	struct error e;

	if (size > SCRAM_MESSAGE_MAX * 3)
		return 0;
	if (scram_verifier_parse(take_line(&rest), &parsed)) {
		scram_verifier_format(&parsed, text, sizeof text);
		assert(scram_verifier_parse(str_of(text), &parsed));
	}
	if (!scram_verifier_mock(&scram.verifier, STR("user"), secret))
		abort();
	if (scram_first(&scram, take_line(&rest), "servernonce", answer, sizeof answer, &e) != OK)
		return 0;
	assert(strlen(answer) < sizeof answer);
	if (scram_final(&scram, rest, &is_proven, answer, sizeof answer, &e) == OK)
		assert(!is_proven);
	return 0;
}
