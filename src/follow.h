/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A thread goes to the processor where its client runs, if the client is a program on this machine.
 *
 * Client and thread take turns. While all processors are busy, each stays on the one it has, and if
 * these are two, each turn costs an interrupt from one to the other, which under virtualization is
 * dearer than a short statement. The kernel tells where the last bytes came in (SO_INCOMING_CPU):
 * over the loopback that is where the client ran. While processors are idle the kernel wakes the
 * thread on one of those, and the move has no effect; then it is tried more and more rarely.
 */
#ifndef SRC_FOLLOW_H
#define SRC_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

struct follow {
	bool is_on;
	uint32_t every; /* waits from one look to the next */
	uint32_t left;	/* until the next */
};

/* is_wanted: what the setting says. Off whatever it says if `fd` is no TCP connection within this
   machine. */
void follow_init(struct follow *f, int fd, bool is_wanted);

/* The calling thread is about to wait for the client's next message. */
void follow_client(struct follow *f, int fd);

/* ---- the parts, for tests ---- */

/* Where the last bytes of the socket came in; -1 if the kernel does not say. */
int follow_cpu_of(int fd);
/* Moves the calling thread there, once: where it may run stays as it is. False if it may not run
   there. */
bool follow_go(int cpu);
/* A look found the thread where its client is, or elsewhere: sets when the next one is due. */
void follow_note(struct follow *f, bool is_near);

#endif
