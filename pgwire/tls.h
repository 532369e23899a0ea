/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The insides of struct pgwire_tls, for tls.c and stream_tls.c alone: the only two files that know
 * OpenSSL's TLS.
 */
#ifndef PGWIRE_TLS_H
#define PGWIRE_TLS_H

#include <openssl/ssl.h>

#include "pgwire/pgwire.h"

struct pgwire_tls {
	SSL_CTX *context;
	BIO_METHOD *method;
	_Atomic int references;
	uint32_t endpoint_size; /* 0: no channel binding with this certificate */
	uint8_t endpoint[EVP_MAX_MD_SIZE];
};

/* The BIO that stream_tls.c reads and writes by; freed by the caller. */
BIO_METHOD *stream_tls_method(void);

#endif
