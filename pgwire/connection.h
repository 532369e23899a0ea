/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The connection's insides, shared by the files of pgwire/ and by nobody else.
 *
 * Input:   in.data [ consumed | not yet decoded … | free ]     ahead: read while output waited
 *                   in_start ^            in.length ^
 * A decoded message points into in.data, so that buffer moves only inside pgwire_next(); what is
 * read while output waits goes to `ahead` and is appended by the next pgwire_next().
 */
#ifndef PGWIRE_CONNECTION_H
#define PGWIRE_CONNECTION_H

#include "pgwire/inbuf.h"
#include "pgwire/outbuf.h"
#include "pgwire/pgwire.h"
#include "pgwire/stream.h"
#include "pgwire/stream_tls.h"

#define READ_SIZE_MAX (256u << 10) /* asked of the stream at once, at most */

/* What pgwire_next() expects; each step's maker in brackets. */
enum connection_state {
	STATE_STARTUP,	    /* [pgwire_new] a packet without a type byte */
	STATE_DECISION,	    /* [startup_decode] pgwire_auth_… has to be called */
	STATE_PASSWORD,	    /* [pgwire_auth_password] the password itself */
	STATE_MD5,	    /* [pgwire_auth_md5] a hash of it */
	STATE_SASL_INITIAL, /* [pgwire_auth_scram] */
	STATE_SASL_FINAL,   /* [auth_message, first] */
	STATE_ADMITTED,	    /* [pgwire_auth_trust, auth_message] AUTHENTICATED is due */
	STATE_OPEN,	    /* [pgwire_next] ordinary messages */
	STATE_DEAD,	    /* [any fault] */
};

struct scram;
struct auth_secret;

struct pgwire {
	struct stream stream;
	struct pgwire_options options;
	enum connection_state state;
	bool has_asked_ssl, has_asked_gss; /* and was answered */
	bool is_tls_due; /* after what is pending was sent */
	bool is_drained; /* the last read gave less than was asked for */
	uint32_t version;
	struct buf in;
	size_t in_start;
	struct buf ahead;
	struct buf scratch; /* arrays of the message that was decoded last */
	struct outbuf out;
	struct scram *scram; /* during authentication, as the next */
	struct auth_secret *secret;
	char user[64];	     /* for the messages of a failed authentication */
};

/* Decodes the contents of a message of a known type. False if they are malformed. */
bool message_decode(
	struct pgwire *w, uint8_t type, struct inbuf *in, struct pgwire_message *m);
/* The largest length a message of this type may claim; 0 if there is no such type. */
uint32_t message_length_max(const struct pgwire *w, uint8_t type);

/* One packet of the time before the protocol version is known. *is_answered: it was a request for
   encryption, which was answered; the next packet follows, encrypted if that was the answer. */
enum pgwire_event startup_decode(struct pgwire *w, struct inbuf in, struct pgwire_message *m,
	bool *is_answered, struct error *e);

/* One 'p' message during authentication. */
enum sqlstate auth_message(struct pgwire *w, struct inbuf in, struct error *e);
void auth_free(struct pgwire *w);

#endif
