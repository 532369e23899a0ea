/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The encrypted stream: OpenSSL over the same socket in blocking mode. A BIO of our own stands
 * between them, so that each call says for itself whether it may wait, as with the plain stream:
 *
 *     tls_read  -> SSL_read  -> bio_read   [early bytes, then] recv(MSG_DONTWAIT unless it may wait)
 *     tls_write -> SSL_write -> bio_write  send(MSG_DONTWAIT)
 *
 * Invariants
 *  I1  A read that gives less than was asked for leaves nothing inside OpenSSL that could be given
 *      without the socket: so epoll, which sees only the socket, forgets no data.
 *  I2  No write happens before the handshake is done, and there is no renegotiation: only the
 *      handshake, inside a read, may have to wait for the socket to take bytes. That wait is
 *      bounded.
 *  I3  A write that found the socket full is repeated with the same bytes, perhaps more behind
 *      them and perhaps elsewhere in memory, which OpenSSL is told to accept.
 */
#include "pgwire/stream_tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/check.h"
#include "pgwire/tls.h"

#define HANDSHAKE_WRITE_MS 2000 /* longest wait for a client that does not take our hello */

struct stream_tls {
	SSL *ssl;
	int fd;
	bool may_wait; /* of the read under way */
	bool is_open;  /* the handshake is done */
	bool needs_alpn;
	bool is_broken;
	bool has_ended; /* the socket has, for reading; the last words may still go out */
	struct buf early;
	size_t early_at;
	char fault[128];
};

/* --- the BIO ------------------------------------------------------------------------------ */

static int bio_read(BIO *bio, char *to, int size)
{
	struct stream_tls *t = BIO_get_data(bio);
	ssize_t got;

	BIO_clear_retry_flags(bio);
	if (size <= 0)
		return 0;
	if (t->early_at < t->early.length) {
		size_t left = t->early.length - t->early_at;
		size_t taken = MIN_OF(left, (size_t)size);

		memcpy(to, t->early.data + t->early_at, taken);
		t->early_at += taken;
		if (t->early_at == t->early.length)
			buf_free(&t->early);
		return (int)taken;
	}
	do {
		got = recv(t->fd, to, (size_t)size, t->may_wait ? 0 : MSG_DONTWAIT);
	} while (got < 0 && errno == EINTR);
	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		BIO_set_retry_read(bio);
	t->has_ended |= got == 0;
	return (int)got;
}

static int bio_write(BIO *bio, const char *from, int size)
{
	struct stream_tls *t = BIO_get_data(bio);
	ssize_t sent;

	BIO_clear_retry_flags(bio);
	if (size <= 0)
		return 0;
	do {
		sent = send(t->fd, from, (size_t)size, MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		BIO_set_retry_write(bio);
	return (int)sent;
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
	(void)bio;
	(void)number;
	(void)pointer;
	return command == BIO_CTRL_FLUSH;
}

BIO_METHOD *stream_tls_method(void)
{
	BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "connection");

	if (method == NULL || BIO_meth_set_read(method, bio_read) != 1 ||
		BIO_meth_set_write(method, bio_write) != 1 ||
		BIO_meth_set_ctrl(method, bio_control) != 1)
		PANIC("out of memory");
	return method;
}

/* --- reading and writing ------------------------------------------------------------------ */

/* Keeps the first reason for a failure. */
static ssize_t break_off(struct stream_tls *t, const char *reason)
{
	unsigned long code = ERR_peek_error();

	if (reason == NULL)
		reason = code == 0 ? "the connection was closed" : ERR_reason_error_string(code);
	if (t->fault[0] == '\0')
		snprintf(t->fault, sizeof t->fault, "%s", reason == NULL ? "unknown" : reason);
	t->is_broken = true;
	ERR_clear_error();
	return STREAM_BROKEN;
}

/* What a read or a handshake that did not go through means. */
static ssize_t look_why(struct stream_tls *t, int result)
{
	struct pollfd poll_fd = { t->fd, POLLOUT, 0 };

	switch (SSL_get_error(t->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return STREAM_AGAIN;
	case SSL_ERROR_WANT_WRITE:
		if (poll(&poll_fd, 1, HANDSHAKE_WRITE_MS) == 1 && (poll_fd.revents & POLLOUT) != 0)
			return 1;
		return break_off(t, "the client does not read");
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	case SSL_ERROR_SYSCALL:
		return t->has_ended ? 0 : break_off(t, NULL);
	default:
		return break_off(t, NULL);
	}
}

/* 1: the handshake is done. */
static ssize_t shake_hands(struct stream_tls *t)
{
	const unsigned char *protocol;
	unsigned length = 0;
	ssize_t why = 1;

	while (!t->is_open && why == 1) {
		int result;

		ERR_clear_error();
		result = SSL_do_handshake(t->ssl);
		if (result != 1) {
			why = look_why(t, result);
			continue;
		}
		SSL_get0_alpn_selected(t->ssl, &protocol, &length);
		if (t->needs_alpn && length == 0)
			return break_off(t, "direct TLS connection without ALPN");
		t->is_open = true;
	}
	return why == 0 ? break_off(t, NULL) : why;
}

static ssize_t tls_read(struct stream *s, void *to, size_t size, bool wait)
{
	struct stream_tls *t = s->tls;
	size_t used = 0, got;
	ssize_t why;

	if (t->is_broken)
		return STREAM_BROKEN;
	t->may_wait = wait;
	why = shake_hands(t);
	if (why != 1)
		return why;
	while (used < size) {
		ERR_clear_error();
		if (SSL_read_ex(t->ssl, (char *)to + used, size - used, &got) == 1) {
			used += got;
			t->may_wait = false;
			if (SSL_has_pending(t->ssl) == 0)
				break;
			continue;
		}
		why = look_why(t, 0);
		/* The end of the stream is found again by the next read. */
		if (why != 1)
			return used > 0 ? (ssize_t)used : why;
	}
	return (ssize_t)used;
}

static ssize_t tls_write(struct stream *s, const void *from, size_t size)
{
	struct stream_tls *t = s->tls;
	size_t sent;
	int why;

	if (t->is_broken || !t->is_open)
		return STREAM_BROKEN;
	ERR_clear_error();
	if (SSL_write_ex(t->ssl, from, size, &sent) == 1)
		return (ssize_t)sent;
	why = SSL_get_error(t->ssl, 0);
	return why == SSL_ERROR_WANT_WRITE ? STREAM_AGAIN : break_off(t, NULL);
}

static void tls_close(struct stream *s)
{
	struct stream_tls *t = s->tls;

	ERR_clear_error();
	/* Says goodbye if the socket takes it at once; does not wait for the client's. */
	if (t->is_open && !t->is_broken)
		(void)SSL_shutdown(t->ssl);
	ERR_clear_error();
	SSL_free(t->ssl);
	buf_free(&t->early);
	free(t);
	close(s->fd);
	s->fd = -1;
	s->tls = NULL;
}

static const struct stream_class stream_tls = { tls_read, tls_write, tls_close };

/* --- for the connection ------------------------------------------------------------------- */

bool stream_tls_start(struct stream *s, const struct pgwire_tls *tls, const void *early,
	size_t early_size, bool needs_alpn)
{
	struct stream_tls *t = calloc(1, sizeof *t);
	BIO *bio;

	if (t == NULL)
		PANIC("out of memory");
	ERR_clear_error();
	t->fd = s->fd;
	t->needs_alpn = needs_alpn;
	t->ssl = SSL_new(tls->context);
	bio = BIO_new(tls->method);
	if (t->ssl == NULL || bio == NULL) {
		SSL_free(t->ssl);
		BIO_free(bio);
		free(t);
		return false;
	}
	BIO_set_data(bio, t);
	BIO_set_init(bio, 1);
	SSL_set_bio(t->ssl, bio, bio);
	SSL_set_accept_state(t->ssl);
	if (early_size > 0)
		buf_put(&t->early, early, early_size);
	s->tls = t;
	s->class = &stream_tls;
	return true;
}

const char *stream_tls_fault(const struct stream *s)
{
	return s->tls == NULL || s->tls->fault[0] == '\0' ? NULL : s->tls->fault;
}

bool stream_tls_has_peer(const struct stream *s)
{
	return s->tls != NULL && SSL_get0_peer_certificate(s->tls->ssl) != NULL &&
	       SSL_get_verify_result(s->tls->ssl) == X509_V_OK;
}

bool stream_tls_about(const struct stream *s, const char **version, const char **cipher,
	int32_t *bits)
{
	const SSL_CIPHER *used = SSL_get_current_cipher(s->tls->ssl);

	if (used == NULL)
		return false;
	*version = SSL_get_version(s->tls->ssl);
	*cipher = SSL_CIPHER_get_name(used);
	*bits = SSL_CIPHER_get_bits(used, NULL);
	return true;
}

/* /O=…/CN=…, as PostgreSQL shows names. */
static bool print_slashed(BIO *to, const X509_NAME *name)
{
	const unsigned long flags =
		(ASN1_STRFLGS_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) |
		ASN1_STRFLGS_UTF8_CONVERT;

	for (int i = 0; i < X509_NAME_entry_count(name); i++) {
		const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);
		int id = OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry));

		if (id == NID_undef || BIO_printf(to, "/%s=", OBJ_nid2sn(id)) < 0 ||
			ASN1_STRING_print_ex(to, X509_NAME_ENTRY_get_data(entry), flags) < 0)
			return false;
	}
	return true;
}

static bool print_serial(BIO *to, const X509 *certificate)
{
	BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), NULL);
	char *text = number == NULL ? NULL : BN_bn2dec(number);
	bool is_printed = text != NULL && BIO_puts(to, text) > 0;

	OPENSSL_free(text);
	BN_free(number);
	return is_printed;
}

/* The common name as it stands, which a printer would put escapes into. */
static bool print_common_name(BIO *to, const X509_NAME *name)
{
	int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
	unsigned char *text;
	int length;

	if (at < 0)
		return false;
	length = ASN1_STRING_to_UTF8(
		&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
	if (length < 0)
		return false;
	length = BIO_write(to, text, length);
	OPENSSL_free(text);
	return length > 0;
}

static bool print_peer(BIO *to, const X509 *certificate, enum pgwire_peer what)
{
	const X509_NAME *subject = X509_get_subject_name(certificate);

	switch (what) {
	case PGWIRE_PEER_COMMON_NAME:
		return print_common_name(to, subject);
	case PGWIRE_PEER_NAME:
		return X509_NAME_print_ex(to, subject, 0, XN_FLAG_RFC2253) >= 0;
	case PGWIRE_PEER_SUBJECT:
		return print_slashed(to, subject);
	case PGWIRE_PEER_ISSUER:
		return print_slashed(to, X509_get_issuer_name(certificate));
	case PGWIRE_PEER_SERIAL:
		return print_serial(to, certificate);
	}
	return false;
}

bool stream_tls_peer(const struct stream *s, enum pgwire_peer what, char *to, size_t size)
{
	BIO *bio;
	const char *text;
	long length = 0;

	if (!stream_tls_has_peer(s))
		return false;
	bio = BIO_new(BIO_s_mem());
	if (bio != NULL && print_peer(bio, SSL_get0_peer_certificate(s->tls->ssl), what))
		length = BIO_get_mem_data(bio, &text);
	/* A zero byte inside would make another name of it. */
	if (length > 0 && ((size_t)length >= size || memchr(text, 0, (size_t)length) != NULL))
		length = 0;
	if (length > 0) {
		memcpy(to, text, (size_t)length);
		to[length] = '\0';
	}
	BIO_free(bio);
	return length > 0;
}

const uint8_t *stream_tls_endpoint(const struct pgwire_tls *tls, uint32_t *size)
{
	*size = tls->endpoint_size;
	return tls->endpoint;
}
