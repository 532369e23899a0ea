/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * TLS below a connection: what the connection's own files need to know of it.
 */
#ifndef PGWIRE_STREAM_TLS_H
#define PGWIRE_STREAM_TLS_H

#include "pgwire/pgwire.h"
#include "pgwire/stream.h"

/* From here on the stream is the server's side of TLS; the handshake happens inside its reads.
   `early`: bytes of the client's hello that were read already. needs_alpn: the client must have
   asked for "postgresql". False, and nothing is changed, if OpenSSL refuses. */
bool stream_tls_start(struct stream *s, const struct pgwire_tls *tls, const void *early,
	size_t early_size, bool needs_alpn);

/* A stream of TLS: why it failed, or NULL. Lives as long as the stream. */
const char *stream_tls_fault(const struct stream *s);
bool stream_tls_about(const struct stream *s, const char **version, const char **cipher,
	int32_t *bits);
/* Whether the client showed a certificate, which was verified. */
bool stream_tls_has_peer(const struct stream *s);
/* What it says: pgwire_tls_peer(). */
bool stream_tls_peer(const struct stream *s, enum pgwire_peer what, char *to, size_t size);

/* The hash of the server's certificate for channel binding (RFC 5929, tls-server-end-point); the
   size is 0 if its signature names no hash. */
const uint8_t *stream_tls_endpoint(const struct pgwire_tls *tls, uint32_t *size);

#endif
