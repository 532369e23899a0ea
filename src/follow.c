/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Threads near their clients: see follow.h.
 */
#include "src/follow.h"

#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>

#include "base/check.h"

/* A look is a call of the kernel, a move some ten microseconds. */
enum { EVERY_MIN = 64, EVERY_MAX = 1 << 16 };

static bool is_same_host(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	const struct sockaddr_in *a4 = (const void *)a, *b4 = (const void *)b;
	const struct sockaddr_in6 *a6 = (const void *)a, *b6 = (const void *)b;

	if (a->ss_family != b->ss_family)
		return false;
	switch (a->ss_family) {
	case AF_INET:
		return a4->sin_addr.s_addr == b4->sin_addr.s_addr;
	case AF_INET6:
		return memcmp(&a6->sin6_addr, &b6->sin6_addr, sizeof a6->sin6_addr) == 0;
	default:
		return false;
	}
}

void follow_init(struct follow *f, int fd, bool is_wanted)
{
	struct sockaddr_storage here = { .ss_family = AF_UNSPEC };
	struct sockaddr_storage there = { .ss_family = AF_UNSPEC };
	socklen_t here_size = sizeof here, there_size = sizeof there;

	f->every = f->left = EVERY_MIN;
	f->is_on = is_wanted && getsockname(fd, (struct sockaddr *)&here, &here_size) == 0 &&
		   getpeername(fd, (struct sockaddr *)&there, &there_size) == 0 &&
		   is_same_host(&here, &there);
}

int follow_cpu_of(int fd)
{
	int cpu;
	socklen_t size = sizeof cpu;

	return getsockopt(fd, SOL_SOCKET, SO_INCOMING_CPU, &cpu, &size) == 0 ? cpu : -1;
}

bool follow_go(int cpu)
{
	cpu_set_t allowed, one;

	/* Fails on a machine with more processors than the set holds. */
	if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || cpu < 0 || cpu >= CPU_SETSIZE ||
		!CPU_ISSET(cpu, &allowed))
		return false;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof one, &one) != 0)
		return false;
	/* What was allowed may have been taken back meanwhile; then anywhere is right. */
	if (sched_setaffinity(0, sizeof allowed, &allowed) != 0) {
		memset(&allowed, 0xff, sizeof allowed);
		(void)sched_setaffinity(0, sizeof allowed, &allowed);
	}
	return true;
}

void follow_note(struct follow *f, bool is_near)
{
	f->every = is_near ? MAX_OF(f->every / 2, EVERY_MIN) : MIN_OF(f->every * 2, EVERY_MAX);
	f->left = f->every;
}

static NOINLINE void look(struct follow *f, int fd)
{
	int cpu = follow_cpu_of(fd);
	bool is_near = cpu == sched_getcpu();

	follow_note(f, is_near);
	if (!is_near)
		(void)follow_go(cpu);
}

void follow_client(struct follow *f, int fd)
{
	if (f->is_on && --f->left == 0)
		look(f, fd);
}
