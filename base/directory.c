/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * See directory.h.
 */
#include "base/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

int directory_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc, reason;

	if (fd < 0)
		return -1;
	rc = fsync(fd);
	reason = errno;
	close(fd);
	errno = reason;
	return rc;
}

int directory_sync_above(const char *path)
{
	char copy[PATH_MAX]; /* dirname() writes into it */

	if (strlen(path) >= sizeof copy) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(copy, path, strlen(path) + 1);
	return directory_sync(dirname(copy));
}
