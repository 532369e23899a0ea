/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Hostile clients: hostile COUNT [SEED] plays COUNT sequences of bytes that no good client sends
 * against the server at PGHOST and PGPORT, and after each of them a good client, whose connection
 * stays, and now and then a fresh one, must get its answer. Prints TAP, and the seed of a failure.
 *
 * Kinds: cut short, a length that lies, messages out of order, random bytes, one byte at a time, two
 * connections in turns, single bits flipped, broken startup packets.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/rand.h"

enum { WAIT_MS = 20000, FRESH_EVERY = 50, SCRIPT_MAX = 12 };

enum kind {
	KIND_CUT,
	KIND_LENGTH,
	KIND_ORDER,
	KIND_RANDOM,
	KIND_SLOW,
	KIND_TURNS,
	KIND_FLIPPED,
	KIND_STARTUP,
	KIND_COUNT,
};

static const char *const kind_names[] = { "cut short", "a length that lies", "out of order",
	"random bytes", "one byte at a time", "two connections in turns", "flipped bits",
	"a broken startup" };

static struct rand dice;
static int good_fd = -1;

static uint32_t roll(uint32_t sides)
{
	return (uint32_t)(rand_next(&dice) % sides);
}

/* --- connections -------------------------------------------------------------------------- */

static int open_socket(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.%s", getenv("PGHOST"),
		getenv("PGPORT"));
	for (int i = 0; connect(fd, (struct sockaddr *)&address, sizeof address) != 0; i++) {
		if (errno != EAGAIN || i > 1000) {
			perror(address.sun_path);
			exit(1);
		}
		usleep(1000);
	}
	return fd;
}

static void put_startup(struct buf *b)
{
	buf_put(b, "\0\0\0\x26\0\3\0\0user\0hostile\0database\0quiver\0\0", 38);
}

static void put_message(struct buf *b, char type, const void *body, size_t size)
{
	uint8_t header[5] = { (uint8_t)type, 0, 0, (uint8_t)((size + 4) >> 8),
		(uint8_t)(size + 4) };

	buf_put(b, header, sizeof header);
	buf_put(b, body, size);
}

/* --- the good client ---------------------------------------------------------------------- */

/* Reads until ReadyForQuery; true if a row with 4711 came before it. */
static bool await_answer(int fd, bool needs_row)
{
	uint8_t bytes[8192];
	size_t used = 0;
	bool has_row = false;

	for (;;) {
		struct pollfd look = { fd, POLLIN, 0 };
		size_t at = 0;
		ssize_t n;

		if (used == sizeof bytes || poll(&look, 1, WAIT_MS) <= 0)
			return false;
		n = recv(fd, bytes + used, sizeof bytes - used, 0);
		if (n <= 0)
			return false;
		used += (size_t)n;
		while (used - at >= 5) {
			size_t length = ((size_t)bytes[at + 3] << 8 | bytes[at + 4]) + 1;

			if (used - at < length)
				break;
			has_row |= bytes[at] == 'D' && length == 15 &&
				   memcmp(bytes + at + 11, "4711", 4) == 0;
			if (bytes[at] == 'Z')
				return has_row || !needs_row;
			at += length;
		}
		memmove(bytes, bytes + at, used - at);
		used -= at;
	}
}

static int greet(void)
{
	struct buf b = { 0 };
	int fd = open_socket();
	bool is_ready;

	put_startup(&b);
	is_ready = send(fd, b.data, b.length, MSG_NOSIGNAL) == (ssize_t)b.length &&
		   await_answer(fd, false);
	buf_free(&b);
	if (is_ready)
		return fd;
	close(fd);
	return -1;
}

static bool ask(int fd)
{
	struct buf b = { 0 };
	bool is_served;

	put_message(&b, 'Q', "select 4711", 12);
	is_served = fd >= 0 && send(fd, b.data, b.length, MSG_NOSIGNAL) == (ssize_t)b.length &&
		    await_answer(fd, true);
	buf_free(&b);
	return is_served;
}

static bool is_good_client_served(uint32_t number)
{
	bool is_served;
	int fd;

	if (!ask(good_fd))
		return false;
	if (number % FRESH_EVERY != 0)
		return true;
	fd = greet();
	is_served = ask(fd);
	if (fd >= 0)
		close(fd);
	return is_served;
}

/* --- what hostile clients send ------------------------------------------------------------ */

/* One well-formed message, of any kind. */
static void put_any_message(struct buf *b)
{
	static const struct {
		char type;
		const char *body;
		size_t size;
	} messages[] = {
		{ 'Q', "select 1", 9 },
		{ 'Q', "begin; select 1", 16 },
		{ 'Q', "copy (select 1) to stdout", 26 },
		{ 'Q', "copy Hostile (id) from stdin", 29 },
		{ 'Q', "listen h; notify h", 19 },
		{ 'Q', "", 1 },
		{ 'P', "\0return $1\0\0\0", 13 },
		{ 'P', "a\0select 1\0\0\0", 13 },
		{ 'P', "\0selekt\0\0\1\0\0\0\x17", 14 },
		{ 'P', "\0copy Hostile (id) from stdin\0\0\0", 32 },
		{ 'B', "\0\0\0\0\0\1\0\0\0\1x\0\0", 13 },
		{ 'B', "\0\0\0\1\0\1\0\1\xff\xff\xff\xff\0\1\0\1", 16 },
		{ 'B', "p\0a\0\0\0\0\0\0\0", 10 },
		{ 'D', "S", 2 },
		{ 'D', "Pp", 3 },
		{ 'E', "\0\0\0\0\0", 5 },
		{ 'E', "p\0\0\0\0\1", 6 },
		{ 'C', "Sa", 3 },
		{ 'C', "Pp", 3 },
		{ 'S', "", 0 },
		{ 'H', "", 0 },
		{ 'd', "1\n", 2 },
		{ 'd', "PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", 19 },
		{ 'c', "", 0 },
		{ 'f', "no", 3 },
		{ 'F', "\0\0\0\1\0\0\0\0\0\0", 10 },
		{ 'p', "password", 9 },
		{ 'X', "", 0 },
	};
	uint32_t i = roll(sizeof messages / sizeof messages[0]);

	put_message(b, messages[i].type, messages[i].body, messages[i].size);
}

static void put_script(struct buf *b)
{
	for (uint32_t i = 1 + roll(SCRIPT_MAX); i > 0; i--)
		put_any_message(b);
}

static void put_random(struct buf *b, uint32_t count)
{
	while (count-- > 0)
		buf_put_byte(b, (uint8_t)roll(256));
}

/* A message whose length is not that of what follows. */
static void put_lie(struct buf *b)
{
	static const char types[] = "QPBEDCSHdcfpFXz";
	static const uint32_t lengths[] = { 0, 1, 3, 4, 5, 10001, 65536, 0x3fffffff, 0x7fffffff,
		0x80000000, 0xffffffff };
	uint32_t length = lengths[roll(sizeof lengths / sizeof lengths[0])];

	buf_put_byte(b, (uint8_t)types[roll(sizeof types - 1)]);
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_put_byte(b, (uint8_t)(length >> shift));
	put_random(b, roll(64));
	put_script(b);
}

static void put_broken_startup(struct buf *b)
{
	static const uint8_t codes[][4] = { { 0, 3, 0, 0 }, { 0, 3, 0, 2 }, { 0, 3, 255, 255 },
		{ 0, 2, 0, 0 }, { 4, 210, 22, 46 }, { 4, 210, 22, 47 }, { 4, 210, 22, 48 },
		{ 255, 255, 255, 255 } };
	uint32_t size = roll(80);

	if (roll(4) == 0)
		buf_put_byte(b, 0x16);
	buf_put_byte(b, 0);
	buf_put_byte(b, (uint8_t)(roll(8) == 0));
	buf_put_byte(b, 0);
	buf_put_byte(b, (uint8_t)(roll(3) == 0 ? roll(256) : size + 8));
	buf_put(b, codes[roll(sizeof codes / sizeof codes[0])], 4);
	if (roll(2) == 0)
		buf_put(b, "user\0x\0_pq_.a\0b\0options\0-c\0", 27);
	put_random(b, size);
	put_script(b);
}

static void put_sequence(struct buf *b, enum kind kind)
{
	size_t first;

	if (kind == KIND_STARTUP) {
		put_broken_startup(b);
		return;
	}
	if (kind != KIND_RANDOM || roll(2) == 0)
		put_startup(b);
	first = b->length;
	if (kind == KIND_RANDOM) {
		put_random(b, roll(400));
	} else if (kind == KIND_LENGTH) {
		put_lie(b);
	} else {
		put_script(b);
	}
	if (kind == KIND_CUT)
		b->length = 1 + roll((uint32_t)b->length);
	for (uint32_t i = 1 + roll(4); kind == KIND_FLIPPED && i > 0; i--)
		b->data[first + roll((uint32_t)(b->length - first))] ^= (uint8_t)(1 << roll(8));
}

/* What comes back is thrown away, as far as it is there. */
static void drain(int fd)
{
	uint8_t bytes[4096];

	while (recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
		continue;
}

/* In pieces of at most `piece` bytes, from two connections in turns if there is a second. */
static void send_pieces(const int fds[2], const struct buf b[2], size_t piece)
{
	size_t sent[2] = { 0, 0 };

	while (sent[0] < b[0].length || (fds[1] >= 0 && sent[1] < b[1].length)) {
		for (int i = 0; i < 2 && fds[i] >= 0; i++) {
			size_t left = b[i].length - sent[i];
			size_t size = left < piece ? left : piece;

			if (size > 0 && send(fds[i], b[i].data + sent[i], size,
						MSG_NOSIGNAL | MSG_DONTWAIT) <= 0)
				size = left; /* it hung up, or does not read: enough */
			sent[i] += size;
			if (roll(8) == 0)
				drain(fds[i]);
		}
	}
}

static void leave(int fd)
{
	struct linger at_once = { 1, 0 };

	if (roll(2) == 0)
		drain(fd);
	if (roll(4) == 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	if (roll(4) == 0)
		shutdown(fd, SHUT_WR);
	close(fd);
}

static void attack(enum kind kind)
{
	int fds[2] = { open_socket(), kind == KIND_TURNS ? open_socket() : -1 };
	struct buf b[2] = { { 0 }, { 0 } };
	size_t piece;

	put_sequence(&b[0], kind);
	if (fds[1] >= 0)
		put_sequence(&b[1], kind);
	piece = kind == KIND_SLOW ? 1 : kind == KIND_TURNS ? 7 : SIZE_MAX;
	send_pieces(fds, b, piece);
	leave(fds[0]);
	if (fds[1] >= 0)
		leave(fds[1]);
	buf_free(&b[0]);
	buf_free(&b[1]);
}

int main(int argc, char **argv)
{
	uint32_t count = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	uint32_t played[KIND_COUNT] = { 0 };

	dice.state = seed;
	good_fd = greet();
	for (uint32_t i = 0; i < count; i++) {
		enum kind kind = (enum kind)roll(KIND_COUNT);

		attack(kind);
		played[kind]++;
		if (!is_good_client_served(i)) {
			printf("not ok 1 - a good client is served after sequence %u\n", i);
			printf("# %s, seed %llu\n1..1\n", kind_names[kind],
				(unsigned long long)seed);
			return 1;
		}
	}
	for (int k = 0; k < KIND_COUNT; k++)
		printf("# %u %s\n", played[k], kind_names[k]);
	printf("ok 1 - a good client is served after each of %u hostile sequences\n1..1\n", count);
	return 0;
}
