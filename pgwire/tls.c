/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the TLS connections of a server share: certificate, private key, the authorities that
 * clients' certificates are verified by. Loaded whole or not at all; never changed afterwards, so
 * that a reload makes a new one while old connections keep theirs.
 *
 * TLS 1.2 and later, no renegotiation, no compression, no session tickets and no session cache: a
 * stolen ticket key would open the traffic of yesterday, and connections are long.
 *
 * Also makes the certificate of a new data directory: a key on P-256 and a certificate that it
 * signs itself. It keeps listeners out; who must be sure of the server's name brings a certificate
 * of a real authority.
 */
#include "pgwire/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"

#define CERTIFICATE_DAYS 3650
#define COMMON_NAME_MAX 64 /* by X.509 */

static const unsigned char protocol_list[] = "\x0apostgresql";

/* --- loading ------------------------------------------------------------------------------ */

/* OpenSSL's reason for what just failed. */
static const char *reason(void)
{
	unsigned long code = ERR_peek_error();
	const char *text =
		code == 0 || ERR_SYSTEM_ERROR(code) ? NULL : ERR_reason_error_string(code);

	if (ERR_SYSTEM_ERROR(code))
		text = strerror(ERR_GET_REASON(code));
	return text == NULL ? "unknown error" : text;
}

/* A key that others can read is no secret. Root may lend it to a group. */
static enum sqlstate check_key_file(const char *path, struct error *e)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return FAIL(e, E_CONFIG_FILE, "could not access private key file \"%s\": %s", path,
			strerror(errno));
	if (!S_ISREG(status.st_mode))
		return FAIL(
			e, E_CONFIG_FILE, "private key file \"%s\" is not a regular file", path);
	if ((status.st_mode & (status.st_uid == 0 && geteuid() != 0 ? 0027 : 0077)) != 0) {
		FAIL(e, E_CONFIG_FILE, "private key file \"%s\" has group or world access", path);
		error_detail(e,
			"File must have permissions u=rw (0600) or less if owned by the database "
			"user, or permissions u=rw,g=r (0640) or less if owned by root.");
		return e->code;
	}
	return OK;
}

/* A key with a passphrase cannot be read by a server that nobody sits at. */
static int refuse_passphrase(char *to, int size, int is_writing, void *context)
{
	(void)is_writing;
	(void)context;
	if (size > 0)
		to[0] = '\0';
	return 0;
}

static int select_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_length,
	const unsigned char *in, unsigned in_length, void *context)
{
	unsigned char *selected;

	(void)ssl;
	(void)context;
	if (SSL_select_next_proto(&selected, out_length, protocol_list, sizeof protocol_list - 1,
		    in, in_length) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = selected;
	return SSL_TLSEXT_ERR_OK;
}

/* RFC 5929: the hash that the certificate is signed with, except that the weak ones give way. */
static enum sqlstate find_endpoint(struct pgwire_tls *tls, struct error *e)
{
	X509 *certificate = SSL_CTX_get0_certificate(tls->context);
	int hash = NID_undef;
	const EVP_MD *digest;
	unsigned size;

	if (X509_get_signature_info(certificate, &hash, NULL, NULL, NULL) != 1)
		hash = NID_undef;
	if (hash == NID_md5 || hash == NID_sha1)
		hash = NID_sha256;
	digest = hash == NID_undef ? NULL : EVP_get_digestbynid(hash);
	if (digest == NULL)
		return OK;
	if (X509_digest(certificate, digest, tls->endpoint, &size) != 1)
		return FAIL(e, E_INTERNAL, "could not generate server certificate hash");
	tls->endpoint_size = size;
	return OK;
}

static enum sqlstate load_authorities(SSL_CTX *context, const char *path, struct error *e)
{
	STACK_OF(X509_NAME) * names;

	if (SSL_CTX_load_verify_file(context, path) != 1)
		return FAIL(e, E_CONFIG_FILE, "could not load root certificate file \"%s\": %s",
			path, reason());
	names = SSL_load_client_CA_file(path);
	if (names == NULL)
		return FAIL(e, E_CONFIG_FILE, "could not load root certificate file \"%s\": %s",
			path, reason());
	SSL_CTX_set_client_CA_list(context, names);
	/* Asked for, and verified if it comes; who must have one is for the caller to say. */
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_CLIENT_ONCE, NULL);
	return OK;
}

static enum sqlstate load(
	struct pgwire_tls *tls, const struct pgwire_tls_options *options, struct error *e)
{
	SSL_CTX *context = tls->context;

	SSL_CTX_set_default_passwd_cb(context, refuse_passphrase);
	if (SSL_CTX_use_certificate_chain_file(context, options->certificate_file) != 1)
		return FAIL(e, E_CONFIG_FILE, "could not load server certificate file \"%s\": %s",
			options->certificate_file, reason());
	TRY(check_key_file(options->key_file, e));
	if (SSL_CTX_use_PrivateKey_file(context, options->key_file, SSL_FILETYPE_PEM) != 1)
		return FAIL(e, E_CONFIG_FILE, "could not load private key file \"%s\": %s",
			options->key_file, reason());
	if (SSL_CTX_check_private_key(context) != 1)
		return FAIL(e, E_CONFIG_FILE, "check of private key failed: %s", reason());
	if (options->authority_file != NULL && options->authority_file[0] != '\0')
		TRY(load_authorities(context, options->authority_file, e));
	return find_endpoint(tls, e);
}

static void set_rules(SSL_CTX *context, bool is_1_3_only)
{
	SSL_CTX_set_min_proto_version(context, is_1_3_only ? TLS1_3_VERSION : TLS1_2_VERSION);
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
					     SSL_OP_NO_COMPRESSION |
					     SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_num_tickets(context, 0);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_dh_auto(context, 1);
	/* One read of the socket takes all that is there; idle connections keep no buffers. */
	SSL_CTX_set_read_ahead(context, 1);
	SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
					  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
					  SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_alpn_select_cb(context, select_protocol, NULL);
}

enum sqlstate pgwire_tls_new(
	const struct pgwire_tls_options *options, struct pgwire_tls **out, struct error *e)
{
	struct pgwire_tls *tls = calloc(1, sizeof *tls);

	if (tls == NULL)
		PANIC("out of memory");
	ERR_clear_error();
	tls->references = 1;
	tls->method = stream_tls_method();
	tls->context = SSL_CTX_new(TLS_server_method());
	if (tls->context == NULL) {
		FAIL(e, E_INTERNAL, "could not create SSL context: %s", reason());
		pgwire_tls_release(tls);
		return e->code;
	}
	set_rules(tls->context, options->is_1_3_only);
	if (load(tls, options, e) != OK) {
		pgwire_tls_release(tls);
		ERR_clear_error();
		return e->code;
	}
	*out = tls;
	return OK;
}

struct pgwire_tls *pgwire_tls_reference(struct pgwire_tls *tls)
{
	if (tls != NULL)
		atomic_fetch_add_explicit(&tls->references, 1, memory_order_relaxed);
	return tls;
}

void pgwire_tls_release(struct pgwire_tls *tls)
{
	if (tls == NULL || atomic_fetch_sub_explicit(&tls->references, 1, memory_order_acq_rel) > 1)
		return;
	SSL_CTX_free(tls->context);
	BIO_meth_free(tls->method);
	free(tls);
}

/* --- the certificate of a new data directory ---------------------------------------------- */

static bool add_extension(X509 *certificate, int id, const char *value)
{
	X509_EXTENSION *extension;
	bool is_added;
	X509V3_CTX v3;

	X509V3_set_ctx(&v3, certificate, certificate, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&v3);
	extension = X509V3_EXT_conf_nid(NULL, &v3, id, value);
	is_added = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return is_added;
}

/* A random number of 63 bits, as a serial number must be positive. */
static bool set_serial(X509 *certificate)
{
	uint64_t number;

	return RAND_bytes((unsigned char *)&number, sizeof number) == 1 &&
	       ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number >> 1 | 1) == 1;
}

static bool fill(X509 *certificate, EVP_PKEY *key)
{
	X509_NAME *name = X509_get_subject_name(certificate);
	char host[COMMON_NAME_MAX + 1] = "localhost", names[2 * COMMON_NAME_MAX + 64];

	if (gethostname(host, COMMON_NAME_MAX) != 0 || host[0] == '\0' ||
		strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") !=
			strlen(host))
		snprintf(host, sizeof host, "localhost");
	snprintf(names, sizeof names, "DNS:localhost,DNS:%s,IP:127.0.0.1,IP:::1", host);
	return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
	       X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) != NULL &&
	       X509_time_adj_ex(X509_getm_notAfter(certificate), CERTIFICATE_DAYS, 0, NULL) !=
		       NULL &&
	       X509_set_pubkey(certificate, key) == 1 &&
	       X509_NAME_add_entry_by_txt(
		       name, "CN", MBSTRING_UTF8, (unsigned char *)host, -1, -1, 0) == 1 &&
	       X509_set_issuer_name(certificate, name) == 1 &&
	       add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE") &&
	       add_extension(certificate, NID_key_usage, "critical,digitalSignature,keyCertSign") &&
	       add_extension(certificate, NID_subject_key_identifier, "hash") &&
	       add_extension(certificate, NID_subject_alt_name, names) &&
	       X509_sign(certificate, key, EVP_sha256()) != 0;
}

/* A new file; one that is there is not touched. */
static FILE *create(const char *path, mode_t mode, struct error *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (file == NULL)
		FAIL(e, E_IO, "could not create file \"%s\": %s", path, strerror(errno));
	return file;
}

static enum sqlstate finish(FILE *file, bool is_written, const char *path, struct error *e)
{
	bool is_safe = is_written && fflush(file) == 0 && fsync(fileno(file)) == 0;

	if (fclose(file) != 0 || !is_safe) {
		FAIL(e, E_IO, "could not write file \"%s\": %s", path, strerror(errno));
		(void)unlink(path);
		return e->code;
	}
	return OK;
}

enum sqlstate pgwire_tls_write_certificate(
	const char *certificate_file, const char *key_file, struct error *e)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	enum sqlstate rc;
	FILE *file;

	if (key == NULL || certificate == NULL || !fill(certificate, key)) {
		rc = FAIL(e, E_INTERNAL, "could not make a certificate: %s", reason());
		goto out;
	}
	/* The key first: a certificate that is there says that both are. */
	file = create(key_file, 0600, e);
	rc = file == NULL
		     ? e->code
		     : finish(file, PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1,
			       key_file, e);
	if (rc != OK)
		goto out;
	file = create(certificate_file, 0644, e);
	rc = file == NULL
		     ? e->code
		     : finish(file, PEM_write_X509(file, certificate) == 1, certificate_file, e);
out:
	X509_free(certificate);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return rc;
}
