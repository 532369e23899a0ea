/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Directories made to last: a name that was made, moved or taken away in a directory is there after a
 * loss of power once the directory itself is synced (fsync(2)).
 */
#ifndef BASE_DIRECTORY_H
#define BASE_DIRECTORY_H

/* Syncs the directory at a path. 0, or -1 with errno. */
int directory_sync(const char *path);
/* Syncs the directory that holds what is at a path. 0, or -1 with errno. */
int directory_sync_above(const char *path);

#endif
