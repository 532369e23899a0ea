/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The list of clients: see registry.h.
 */
#include "src/registry.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/datetime.h"
#include "base/hash.h"
#include "base/utf8.h"

struct registry {
	struct mutex mutex;
	struct registry_entry *first GUARDED_BY_CLASS(server);
	struct settings *settings GUARDED_BY_CLASS(server);
	struct access *access GUARDED_BY_CLASS(server);
	uint32_t admitted GUARDED_BY_CLASS(server);
	int32_t last_process_id GUARDED_BY_CLASS(server);
	_Atomic uint32_t count;
	_Atomic uint64_t generation;
	_Atomic uint64_t earliest_us; /* no deadline is before this; UINT64_MAX: none */
	_Atomic int stopping;
	int wake_fd;
};

struct registry *registry_new(int wake_fd)
{
	struct registry *r = calloc(1, sizeof *r);

	if (r == NULL)
		PANIC("out of memory");
	mutex_init(&r->mutex);
	r->wake_fd = wake_fd;
	r->earliest_us = UINT64_MAX;
	return r;
}

void registry_free(struct registry *r)
{
	lock_server(&r->mutex);
	assert(r->first == NULL);
	settings_release(r->settings);
	access_release(r->access);
	unlock_server(&r->mutex);
	mutex_destroy(&r->mutex);
	free(r);
}

struct settings *registry_settings(struct registry *r)
{
	struct settings *s;

	lock_server(&r->mutex);
	s = settings_reference(r->settings);
	unlock_server(&r->mutex);
	return s;
}

struct access *registry_access(struct registry *r)
{
	struct access *a;

	lock_server(&r->mutex);
	a = access_reference(r->access);
	unlock_server(&r->mutex);
	return a;
}

void registry_publish(struct registry *r, struct settings *s, struct access *a)
{
	struct settings *before;
	struct access *access_before;

	lock_server(&r->mutex);
	before = r->settings;
	access_before = r->access;
	r->settings = s;
	r->access = a;
	unlock_server(&r->mutex);
	settings_release(before);
	access_release(access_before);
	atomic_fetch_add_explicit(&r->generation, 1, memory_order_release);
}

uint64_t registry_generation(const struct registry *r)
{
	return atomic_load_explicit(&r->generation, memory_order_acquire);
}

uint32_t registry_count(const struct registry *r)
{
	return atomic_load_explicit(&r->count, memory_order_relaxed);
}

/* --- coming and going --------------------------------------------------------------------- */

void registry_add(struct registry *r, struct registry_entry *entry, int fd)
{
	if (RAND_bytes(entry->key, sizeof entry->key) != 1)
		PANIC("no random numbers for a cancel key");
	mutex_init(&entry->about_mutex);
	lock_server(&r->mutex);
	entry->fd = fd;
	entry->key_length = 0;
	/* Ids stay positive; by the time they repeat, the first are long gone. */
	r->last_process_id = r->last_process_id == INT32_MAX ? 1 : r->last_process_id + 1;
	entry->process_id = r->last_process_id;
	entry->next = r->first;
	entry->previous = NULL;
	if (r->first != NULL)
		r->first->previous = entry;
	r->first = entry;
	unlock_server(&r->mutex);
	atomic_fetch_add_explicit(&r->count, 1, memory_order_relaxed);
}

void registry_set_key_length(struct registry *r, struct registry_entry *entry, uint32_t key_length)
{
	lock_server(&r->mutex);
	entry->key_length = key_length;
	unlock_server(&r->mutex);
}

enum sqlstate registry_admit(
	struct registry *r, struct registry_entry *entry, uint32_t most, struct error *e)
{
	bool is_full;

	if (registry_is_stopping(r) != STOPPING_NOT)
		return FAIL(e, E_CANNOT_CONNECT_NOW, "the database system is shutting down");
	lock_server(&r->mutex);
	is_full = r->admitted >= most;
	if (!is_full) {
		r->admitted++;
		entry->is_admitted = true;
	}
	unlock_server(&r->mutex);
	return is_full ? FAIL(e, E_TOO_MANY_CONNECTIONS, "sorry, too many clients already") : OK;
}

uint64_t registry_user(struct str name)
{
	/* Two names with one hash would be one user: with 64 bits that does not happen. */
	return hash_bytes(name.at, name.length) | 1;
}

enum sqlstate registry_admit_user(struct registry *r, struct registry_entry *entry,
	struct str user, bool is_superuser, int32_t most)
{
	uint64_t hash = registry_user(user);
	int64_t count = 0;

	lock_server(&r->mutex);
	for (struct registry_entry *c = r->first; c != NULL && most >= 0; c = c->next)
		count += c->user == hash;
	if (most < 0 || count < most) {
		entry->user = hash;
		entry->is_superuser = is_superuser;
	}
	unlock_server(&r->mutex);
	return most < 0 || count < most ? OK : E_TOO_MANY_CONNECTIONS;
}

void registry_remove(struct registry *r, struct registry_entry *entry)
{
	lock_server(&r->mutex);
	if (entry->previous != NULL)
		entry->previous->next = entry->next;
	else
		r->first = entry->next;
	if (entry->next != NULL)
		entry->next->previous = entry->previous;
	if (entry->is_admitted)
		r->admitted--;
	unlock_server(&r->mutex);
	mutex_destroy(&entry->about_mutex);
	atomic_fetch_sub_explicit(&r->count, 1, memory_order_relaxed);
}

/* --- what others may read ----------------------------------------------------------------- */

static void set_time(_Atomic int64_t *to, int64_t at)
{
	atomic_store_explicit(to, at, memory_order_relaxed);
}

static int64_t get_time(const _Atomic int64_t *from)
{
	return atomic_load_explicit(from, memory_order_relaxed);
}

/* The length of what is copied. */
static uint32_t copy_text(char *to, size_t size, struct str text)
{
	uint32_t length = (uint32_t)MIN_OF((size_t)text.length, size - 1);

	/* A text that is cut ends with a whole character. */
	length = utf8_valid_length((struct str){ text.at, length });
	memcpy(to, text.at, length);
	to[length] = '\0';
	return length;
}

void registry_describe(struct registry_entry *entry, const char *user, const char *database,
	const struct registry_about *who)
{
	lock_session(&entry->about_mutex);
	copy_text(entry->about.user, REGISTRY_NAME_SIZE, str_of(user));
	copy_text(entry->about.database, REGISTRY_NAME_SIZE, str_of(database));
	copy_text(entry->about.address, REGISTRY_NAME_SIZE, str_of(who->address));
	entry->about.port = who->port;
	entry->about.user_oid = who->user_oid;
	entry->about.is_tls = who->is_tls;
	entry->about.tls_version = who->tls_version;
	entry->about.tls_cipher = who->tls_cipher;
	entry->about.tls_bits = who->tls_bits;
	copy_text(entry->about.client_dn, REGISTRY_NAME_SIZE, str_of(who->client_dn));
	copy_text(entry->about.issuer_dn, REGISTRY_NAME_SIZE, str_of(who->issuer_dn));
	copy_text(entry->about.client_serial, REGISTRY_NAME_SIZE, str_of(who->client_serial));
	entry->about.started_at = timestamp_now();
	unlock_session(&entry->about_mutex);
	set_time(&entry->state_at, entry->about.started_at);
}

void registry_describe_application(struct registry_entry *entry, const char *application)
{
	lock_session(&entry->about_mutex);
	copy_text(entry->about.application, REGISTRY_NAME_SIZE, str_of(application));
	unlock_session(&entry->about_mutex);
}

void registry_describe_query(struct registry_entry *entry, struct str text, bool is_first)
{
	atomic_store_explicit(&entry->fingerprint, 0, memory_order_relaxed);
	lock_session(&entry->about_mutex);
	entry->query_length = copy_text(entry->about.query, REGISTRY_QUERY_SIZE, text);
	unlock_session(&entry->about_mutex);
	registry_describe_again(entry, is_first);
}

void registry_describe_again(struct registry_entry *entry, bool is_first)
{
	int64_t now = timestamp_now();

	set_time(&entry->query_at, now);
	/* Of a block it is the time of its first statement. */
	if (is_first || get_time(&entry->transaction_at) == 0)
		set_time(&entry->transaction_at, now);
}

bool registry_is_described(const struct registry_entry *entry, struct str text)
{
	return str_equal((struct str){ entry->about.query, entry->query_length }, text);
}

void registry_describe_idle(struct registry_entry *entry, bool is_in_transaction)
{
	set_time(&entry->state_at, timestamp_now());
	if (!is_in_transaction)
		set_time(&entry->transaction_at, 0);
}

void registry_visit_all(struct registry *r, registry_visit *visit, void *context)
{
	struct registry_about about;

	lock_server(&r->mutex);
	for (struct registry_entry *c = r->first; c != NULL; c = c->next) {
		if (!c->is_admitted || c->user == 0)
			continue;
		lock_session(&c->about_mutex);
		about = c->about;
		unlock_session(&c->about_mutex);
		about.query_at = get_time(&c->query_at);
		about.transaction_at = get_time(&c->transaction_at);
		about.state_at = get_time(&c->state_at);
		visit(context, c, (enum registry_activity)atomic_load(&c->activity), &about);
	}
	unlock_server(&r->mutex);
}

/* --- cancelling and ending ---------------------------------------------------------------- */

void registry_cancel(struct registry *r, int32_t process_id, const uint8_t *key, uint32_t length)
{
	lock_server(&r->mutex);
	for (struct registry_entry *c = r->first; c != NULL; c = c->next) {
		int none = QUERY_CANCEL_NONE;

		if (c->process_id != process_id || c->key_length != length || length == 0 ||
			CRYPTO_memcmp(c->key, key, length) != 0)
			continue;
		if (atomic_load(&c->activity) == ACTIVITY_BUSY)
			atomic_compare_exchange_strong(&c->cancel, &none, QUERY_CANCEL_USER);
		break;
	}
	unlock_server(&r->mutex);
}

/* Wakes the client wherever it waits; its own thread says goodbye. */
static void end_client(struct registry_entry *c, enum registry_ending reason) HOLDS(server)
{
	int none = ENDING_NONE;

	if (!atomic_compare_exchange_strong(&c->ending, &none, (int)reason))
		return;
	if (reason == ENDING_SHUTDOWN || reason == ENDING_TRANSACTION || reason == ENDING_LOST)
		atomic_store(&c->cancel, QUERY_CANCEL_SHUTDOWN);
	shutdown(c->fd, SHUT_RD);
}

/* As PostgreSQL: one's own, and for superusers all. */
static enum sqlstate check_signal(const struct registry_entry *c, bool is_end,
	const struct registry_signaller *who, struct error *e) HOLDS(server)
{
	if (who->is_superuser || (c->user == who->user && !c->is_superuser))
		return OK;
	if (c->is_superuser)
		return FAIL(e, E_PRIVILEGE, "must be a superuser to %s",
			is_end ? "terminate superuser process" : "cancel superuser query");
	return FAIL(e, E_PRIVILEGE,
		"must be a member of the role whose %s or member of pg_signal_backend",
		is_end ? "process is being terminated" : "query is being canceled");
}

enum sqlstate registry_signal(struct registry *r, int32_t process_id, bool is_end,
	const struct registry_signaller *who, bool *found, struct error *e)
{
	enum sqlstate rc = OK;

	*found = false;
	lock_server(&r->mutex);
	for (struct registry_entry *c = r->first; c != NULL && !*found; c = c->next) {
		int none = QUERY_CANCEL_NONE;

		if (c->process_id != process_id || !c->is_admitted || c->user == 0)
			continue;
		*found = true;
		rc = check_signal(c, is_end, who, e);
		if (rc != OK)
			break;
		if (is_end)
			end_client(c, ENDING_SHUTDOWN);
		else if (atomic_load(&c->activity) == ACTIVITY_BUSY)
			atomic_compare_exchange_strong(&c->cancel, &none, QUERY_CANCEL_USER);
	}
	unlock_server(&r->mutex);
	return rc;
}

/* --- deadlines ---------------------------------------------------------------------------- */

/* A deadline was set: whoever waits for the earliest one must not wait longer. */
static void note_deadline(struct registry *r, uint64_t deadline_us)
{
	uint64_t earliest = atomic_load(&r->earliest_us);

	while (deadline_us < earliest) {
		uint64_t one = 1;

		if (!atomic_compare_exchange_weak(&r->earliest_us, &earliest, deadline_us))
			continue;
		/* A full counter means that a wake-up is under way already. */
		if (write(r->wake_fd, &one, sizeof one) < 0)
			return;
		return;
	}
}

void registry_set_transaction_deadline(
	struct registry *r, struct registry_entry *entry, uint64_t deadline_us)
{
	atomic_store(&entry->transaction_us, deadline_us);
	if (deadline_us != 0)
		note_deadline(r, deadline_us);
}

void registry_set_look(struct registry *r, struct registry_entry *entry, uint64_t every_us)
{
	uint64_t at_us = every_us == 0 ? 0 : clock_monotonic_us() + every_us;

	atomic_store(&entry->look_every_us, every_us);
	atomic_store(&entry->look_us, at_us);
	if (at_us != 0)
		note_deadline(r, at_us);
}

void registry_set_deadline(struct registry *r, struct registry_entry *entry,
	enum registry_deadline kind, uint64_t deadline_us)
{
	if (deadline_us == 0 &&
		atomic_load_explicit(&entry->deadline_us, memory_order_relaxed) == 0)
		return;
	atomic_store(&entry->deadline_kind, (int)kind);
	atomic_store(&entry->deadline_us, deadline_us);
	if (deadline_us == 0)
		return;
	note_deadline(r, deadline_us);
}

static void expire_client(struct registry_entry *c) HOLDS(server)
{
	int none = QUERY_CANCEL_NONE;

	switch ((enum registry_deadline)atomic_load(&c->deadline_kind)) {
	case DEADLINE_STATEMENT:
		atomic_compare_exchange_strong(&c->cancel, &none, QUERY_CANCEL_TIMEOUT);
		break;
	case DEADLINE_AUTHENTICATION:
		end_client(c, ENDING_AUTHENTICATION);
		break;
	case DEADLINE_IDLE:
		end_client(c, ENDING_IDLE);
		break;
	case DEADLINE_IDLE_IN_TRANSACTION:
		end_client(c, ENDING_IDLE_IN_TRANSACTION);
		break;
	case DEADLINE_NONE:
		break;
	}
}

/* True if the deadline has passed; then it is taken away. One that has not lowers *next_us. It must
   be still the same one: the client may just have moved it. */
static bool take_passed(_Atomic uint64_t *deadline, uint64_t now_us, uint64_t *next_us)
{
	uint64_t at_us = atomic_load(deadline);

	if (at_us == 0)
		return false;
	if (at_us <= now_us)
		return atomic_compare_exchange_strong(deadline, &at_us, 0);
	*next_us = MIN_OF(*next_us, at_us);
	return false;
}

/* The client's end of the socket is closed or broken. */
static bool is_lost(const struct registry_entry *c) HOLDS(server)
{
	struct pollfd look = { c->fd, POLLRDHUP, 0 };

	return poll(&look, 1, 0) > 0 && (look.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

static void look_for_client(struct registry_entry *c, uint64_t now_us, uint64_t *next_us)
	HOLDS(server)
{
	uint64_t none = 0, again_us = now_us + atomic_load(&c->look_every_us);

	if (is_lost(c))
		end_client(c, ENDING_LOST);
	else if (atomic_load(&c->look_every_us) != 0 &&
		 atomic_compare_exchange_strong(&c->look_us, &none, again_us))
		*next_us = MIN_OF(*next_us, again_us);
}

uint64_t registry_expire(struct registry *r, uint64_t now_us)
{
	uint64_t next_us = UINT64_MAX;

	/* Nothing to do is the rule when a connection woke the caller: with thousands of clients
	   the walk is worth to be left out. */
	if (atomic_load(&r->earliest_us) > now_us) {
		next_us = atomic_load(&r->earliest_us);
		return next_us == UINT64_MAX ? 0 : next_us;
	}
	/* A deadline that is set from here on lowers this again and wakes the caller. */
	atomic_store(&r->earliest_us, UINT64_MAX);
	lock_server(&r->mutex);
	for (struct registry_entry *c = r->first; c != NULL; c = c->next) {
		if (take_passed(&c->deadline_us, now_us, &next_us))
			expire_client(c);
		if (take_passed(&c->transaction_us, now_us, &next_us))
			end_client(c, ENDING_TRANSACTION);
		if (take_passed(&c->look_us, now_us, &next_us))
			look_for_client(c, now_us, &next_us);
	}
	unlock_server(&r->mutex);
	if (next_us != UINT64_MAX) {
		uint64_t earliest = atomic_load(&r->earliest_us);

		while (next_us < earliest &&
			!atomic_compare_exchange_weak(&r->earliest_us, &earliest, next_us))
			continue;
	}
	return next_us == UINT64_MAX ? 0 : next_us;
}

/* --- stopping ----------------------------------------------------------------------------- */

enum registry_stopping registry_is_stopping(const struct registry *r)
{
	return (enum registry_stopping)atomic_load(&r->stopping);
}

void registry_stop(struct registry *r, enum registry_stopping how)
{
	atomic_store(&r->stopping, (int)how);
	lock_server(&r->mutex);
	for (struct registry_entry *c = r->first; c != NULL; c = c->next) {
		int activity = atomic_load(&c->activity);

		if (how == STOPPING_FAST || activity == ACTIVITY_IDLE ||
			activity == ACTIVITY_STARTING)
			end_client(c, ENDING_SHUTDOWN);
	}
	unlock_server(&r->mutex);
}
