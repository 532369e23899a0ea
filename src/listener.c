/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Listening sockets. An address family that the machine does not have is passed over; an address in
 * use is an error, since a server that is silently deaf on its port is worse than none.
 */
#include "src/listener.h"

#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"

#define BACKLOG SOMAXCONN

static enum sqlstate fail_in_use(const char *what, int64_t port, struct error *e)
{
	FAIL(e, E_IO, "could not listen on %s: %s", what, strerror(EADDRINUSE));
	error_hint(e,
		"Is another server already running on port %lld? If not, wait a few seconds "
		"and retry.",
		(long long)port);
	return e->code;
}

static enum sqlstate add(
	struct listeners *l, int fd, bool is_tcp, const char *path, struct error *e)
{
	struct listener *listener = &l->list[l->count];

	if (l->count == LISTENER_COUNT_MAX) {
		close(fd);
		return FAIL(e, E_IO, "too many addresses to listen on");
	}
	listener->fd = fd;
	listener->is_tcp = is_tcp;
	snprintf(listener->path, sizeof listener->path, "%s", path);
	l->count++;
	return OK;
}

/* --- TCP ---------------------------------------------------------------------------------- */

static enum sqlstate open_address(
	struct listeners *l, const struct addrinfo *address, int64_t port, struct error *e)
{
	char name[NI_MAXHOST];
	int on = 1, fd;

	if (getnameinfo(address->ai_addr, address->ai_addrlen, name, sizeof name, NULL, 0,
		    NI_NUMERICHOST) != 0)
		snprintf(name, sizeof name, "?");
	fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 && errno == EAFNOSUPPORT)
		return OK;
	if (fd < 0)
		return FAIL(e, E_IO, "could not create socket for address \"%s\": %s", name,
			strerror(errno));
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (address->ai_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (bind(fd, address->ai_addr, address->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
		int cause = errno;

		close(fd);
		if (cause == EADDRNOTAVAIL && address->ai_family == AF_INET6)
			return OK;
		if (cause == EADDRINUSE) {
			char what[NI_MAXHOST + 32];

			snprintf(what, sizeof what, "address \"%s\", port %lld", name,
				(long long)port);
			return fail_in_use(what, port, e);
		}
		return FAIL(e, E_IO, "could not listen on address \"%s\", port %lld: %s", name,
			(long long)port, strerror(cause));
	}
	TRY(add(l, fd, true, "", e));
	LOG_EVENT(LOG_INFO, "server", "listening", log_text("address", str_of(name)),
		log_number("port", port));
	return OK;
}

static enum sqlstate open_host(struct listeners *l, const char *host, int64_t port, struct error *e)
{
	struct addrinfo hints = { .ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM };
	struct addrinfo *addresses;
	enum sqlstate rc = OK;
	uint32_t before = l->count;
	char service[16];
	int result;

	snprintf(service, sizeof service, "%lld", (long long)port);
	result = getaddrinfo(strcmp(host, "*") == 0 ? NULL : host, service, &hints, &addresses);
	if (result != 0)
		return FAIL(e, E_IO, "could not translate host name \"%s\" to an address: %s", host,
			gai_strerror(result));
	for (struct addrinfo *a = addresses; a != NULL && rc == OK; a = a->ai_next)
		rc = open_address(l, a, port, e);
	freeaddrinfo(addresses);
	if (rc == OK && l->count == before)
		return FAIL(e, E_IO, "could not listen on any address of \"%s\"", host);
	return rc;
}

/* --- Unix-domain sockets ------------------------------------------------------------------ */

/* A socket file that nobody answers on is left over from a server that was killed. */
static bool is_answered(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool answered;

	if (fd < 0)
		return false;
	answered = connect(fd, (const struct sockaddr *)address, sizeof *address) == 0;
	close(fd);
	return answered;
}

static enum sqlstate open_directory(
	struct listeners *l, const char *directory, const struct settings *s, struct error *e)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int64_t port = setting_int(s, SETTING_port);
	mode_t mode = (mode_t)setting_int(s, SETTING_unix_socket_permissions);
	int length, fd;

	length = snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.%lld", directory,
		(long long)port);
	if (length < 0 || (size_t)length >= sizeof address.sun_path)
		return FAIL(e, E_IO, "Unix-domain socket path \"%s/.s.PGSQL.%lld\" is too long",
			directory, (long long)port);
	if (is_answered(&address))
		return fail_in_use(address.sun_path, port, e);
	(void)unlink(address.sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return FAIL(e, E_IO, "could not create Unix-domain socket: %s", strerror(errno));
	if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
		chmod(address.sun_path, mode) != 0 || listen(fd, BACKLOG) != 0) {
		FAIL(e, E_IO, "could not listen on \"%s\": %s", address.sun_path, strerror(errno));
		close(fd);
		return e->code;
	}
	TRY(add(l, fd, false, address.sun_path, e));
	LOG_EVENT(LOG_INFO, "server", "listening", log_text("socket", str_of(address.sun_path)));
	return OK;
}

/* --- all ---------------------------------------------------------------------------------- */

/* The next name of a list with commas, blanks and double quotes taken off; false at the end. */
static bool next_name(const char **at, char *name, size_t size)
{
	size_t used = 0;

	while (isspace((unsigned char)**at) || **at == ',' || **at == '"')
		(*at)++;
	while (**at != '\0' && **at != ',' && **at != '"' && used + 1 < size)
		name[used++] = *(*at)++;
	while (used > 0 && isspace((unsigned char)name[used - 1]))
		used--;
	name[used] = '\0';
	return used > 0;
}

enum sqlstate listener_open_all(const struct settings *s, struct listeners *l, struct error *e)
{
	const char *hosts = setting_text(s, SETTING_listen_addresses);
	const char *directories = setting_text(s, SETTING_unix_socket_directories);
	enum sqlstate rc = OK;
	char name[256];

	l->count = 0;
	while (rc == OK && next_name(&hosts, name, sizeof name))
		rc = open_host(l, name, setting_int(s, SETTING_port), e);
	while (rc == OK && next_name(&directories, name, sizeof name))
		rc = open_directory(l, name, s, e);
	if (rc == OK && l->count == 0)
		rc = FAIL(e, E_IO, "no address to listen on");
	if (rc != OK)
		listener_close_all(l);
	return rc;
}

void listener_close_all(struct listeners *l)
{
	for (uint32_t i = 0; i < l->count; i++) {
		close(l->list[i].fd);
		if (l->list[i].path[0] != '\0')
			(void)unlink(l->list[i].path);
	}
	l->count = 0;
}
