/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Real files on a disk that fails, fills up, crashes and forgets, when a test says so. The linker
 * turns every call that the layers under test make of open, pwrite, fsync, rename, … into one here
 * (--wrap in local.mk).
 *
 * What is written, made or renamed and not yet synced stands in a journal that child processes
 * share, so that a parent can take it back: that is what a machine may do that loses its power. A
 * file's bytes are safe after a sync of the file, its name after a sync of its directory.
 */
#ifndef TESTS_STORAGE_LYING_DISK_H
#define TESTS_STORAGE_LYING_DISK_H

#include <stdbool.h>
#include <stdint.h>

enum disk_fault {
	DISK_FAULT_NONE,
	DISK_FAULT_CRASH, /* the process ends before the call; of a write, half of it happens */
	DISK_FAULT_IO,	  /* EIO, once */
	DISK_FAULT_FULL,  /* ENOSPC, from then on, of the calls that may say so */
};

enum { DISK_CRASHED = 86 };

/* Keeps a journal of what happens below `root` (an absolute path), from nothing. Later calls forget
   what there was. */
void disk_watch(const char *root);
void disk_watch_no_more(void);
/* Starts to count calls, from 0; call number `at` meets the fault. */
void disk_fail_at(enum disk_fault fault, uint64_t at);
/* Calls since; by a child as well. */
uint64_t disk_calls(void);
/* The machine comes back without what was not synced. Nobody may be using the files. Returns how
   many things are gone. */
uint32_t disk_lose(void);

#endif
