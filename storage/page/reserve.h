/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Reserved address space: zeroed memory that costs nothing until it is touched, so that tables can
 * be flat and never move. Running out of address space is a panic.
 */
#ifndef STORAGE_PAGE_RESERVE_H
#define STORAGE_PAGE_RESERVE_H

#include <stddef.h>

void *reserve_map(size_t bytes);
void reserve_unmap(void *at, size_t bytes);
/* Gives the memory behind whole pages back to the system; it reads as zeroes afterwards. */
void reserve_forget(void *at, size_t bytes);
/* Asks for large pages, where the system has them. */
void reserve_advise_huge(void *at, size_t bytes);

#endif
