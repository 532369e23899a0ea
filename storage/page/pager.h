/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The pager: page numbers to memory. Readers find a resident page without a lock and without a pin;
 * writers change pages in place under the exclusive engine lock; a miss is reported, read outside
 * the engine lock, and the operation starts again.
 *
 * How to read:
 *
 *     struct page_view view;
 *     page_view_init(&view);
 *   again:
 *     … enter the engine lock, shared …
 *     p = pager_get(pager, pid, PAGE_NODE_HEADS, &view);   NULL: give up this attempt
 *     … leave …
 *     if (page_view_is_incomplete(&view)) { TRY(pager_page_in(pager, &view, e)); goto again; }
 *
 * Rules:
 * - A pointer from pager_get() is good until the shared section ends, one from pager_modify() until
 *   the exclusive section ends; none survives it.
 * - Which lock: "engine" below is the engine lock, which belongs to storage/txn. The pager knows it
 *   only through the callbacks in struct pager_options.
 * - The set of free page numbers and which number pager_allocate() gives is a pure function of the
 *   calls of pager_allocate() and pager_free() so far: always the lowest free number.
 */
#ifndef STORAGE_PAGE_PAGER_H
#define STORAGE_PAGE_PAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "storage/page/page.h"

struct pager;
struct store;

/* ---- opening ------------------------------------------------------------------------------ */

/* What the pager needs of the engine lock. All may be NULL: then the pager has one user at a time,
   as in recovery and in tests. They may be set later with pager_set_engine(). */
struct pager_engine {
	void *context;
	/* Enter and leave a shared section. */
	void (*enter)(void *context);
	void (*leave)(void *context);
	/* Returns once every shared or exclusive section that was running at the call has ended.
	   Called with no lock held but class evict. */
	void (*quiesce)(void *context);
};

struct pager_options {
	struct store *store;	/* borrowed; closed by its owner after pager_close() */
	uint64_t pool_bytes;	/* memory for pages; at least 32 pages are taken */
	uint64_t reserve_bytes; /* address space beyond it that writers may use while they hold
	                                 the engine lock; 0: the larger of the pool and 8 GiB */
	bool create;		/* an empty store is made into an empty database */
	struct pager_engine engine;
};

/* What the newest valid superblock says. */
struct pager_origin {
	uint8_t uuid[16];
	uint64_t checkpoint_sequence;
	uint64_t lsn;	  /* every record below it is in the pages */
	uint64_t ts;	  /* the last commit in the pages */
	uint64_t epoch;	  /* of the writer that wrote them */
	uint32_t log_crc; /* crc of the log's last batch below `lsn`, 0: none */
	bool was_created; /* just now, by this pager_open() */
};

/* Reads the superblock and the map. Errors: E_NO_FILE (empty, and create is not set),
   E_DATA_CORRUPTED (no valid superblock, or a broken map), E_NOT_SUPPORTED (another format version:
   the message names both), E_IO, E_DISK_FULL. */
enum sqlstate pager_open(
	const struct pager_options *options, struct pager **out, struct error *e) MUST_USE;
/* Frees memory; writes nothing. */
void pager_close(struct pager *pager);
void pager_origin(const struct pager *pager, struct pager_origin *out);
/* Before other threads use the pager. */
void pager_set_engine(struct pager *pager, const struct pager_engine *engine);

/* ---- reading -------------------------------------------------------------------------------- */

enum { PAGE_VIEW_MISSES = 32 };

/* What one attempt at a read operation has seen. */
struct page_view {
	uint64_t newest_ts;   /* the largest timestamp of any change to a page it touched since the
	                                 engine was opened: if it is not beyond the snapshot, the
	                                 pages are as the snapshot saw them */
	uint64_t missing_pid; /* the first page that was not resident, PAGE_NONE if none */
	uint64_t corrupt_pid; /* a page that is not what the caller expected */
	bool corrupt;
	bool pins; /* the commit leader's: pages it gets or pages in stay until pager_unpin() */
	uint8_t expected_type; /* of the corrupt page */
	uint8_t found_type;
	uint32_t missing_count; /* several may be collected in one attempt before giving up */
	uint64_t missing[PAGE_VIEW_MISSES];
	uint8_t missing_type[PAGE_VIEW_MISSES];
};

static inline void page_view_init(struct page_view *view)
{
	view->newest_ts = 0;
	view->missing_pid = PAGE_NONE;
	view->corrupt_pid = PAGE_NONE;
	view->corrupt = false;
	view->pins = false;
	view->missing_count = 0;
}

/* True if the attempt must be given up: call pager_page_in(), which tells a miss from damage. */
static inline bool page_view_is_incomplete(const struct page_view *view)
{
	return view->missing_count > 0 || view->corrupt;
}

/* The page if it is resident, NULL otherwise with the reason noted in the view: the miss, or
   that it has another type or number than expected or does not exist (corrupt). Engine lock: shared
   or exclusive. Touches nothing shared but the page's reference bit when that is clear. */
const struct page *pager_get(
	struct pager *pager, uint64_t pid, enum page_type expected, struct page_view *view);
/* Asks the processor for the page's first lines, or notes the miss. Never fails, says nothing
   of corruption. Engine lock: shared or exclusive. */
void pager_prefetch(
	struct pager *pager, uint64_t pid, enum page_type expected, struct page_view *view);

/* Reads what the view misses and clears the view for the next attempt. No lock may be held; may
   evict pages, and so wait for I/O and for a grace period. E_DATA_CORRUPTED: the view saw a page
   that is not what was expected, or a checksum, type or number read from disk is wrong. E_IO,
   E_DISK_FULL (a dirty page had to make room and could not be written), E_OUT_OF_MEMORY (no frame
   can be won). */
enum sqlstate pager_page_in(struct pager *pager, struct page_view *view, struct error *e) MUST_USE;

/* The commit leader alone: before it takes the engine lock exclusively it gets, through a view that
   `pins`, all that it will touch. False: everything is resident and stays, so it need not. */
bool pager_may_miss(const struct pager *pager);
/* Lets go of everything pinned so far, new pages among them. So does pager_make_room(). */
void pager_unpin(struct pager *pager);

/* ---- writing: engine lock exclusive ---------------------------------------------------------- */

/* The page to be changed by the commit `ts`: marked dirty, its image saved first if a checkpoint
   in progress still needs it. A page that is not resident is read in place (counted; prefault to
   avoid it). Never fails: a page that cannot be read or is not what was expected is a panic. */
struct page *pager_modify(struct pager *pager, uint64_t pid, enum page_type expected, uint64_t ts);
/* As pager_get, but reads a missing page in place as pager_modify does, and panics likewise. For
   the parts of apply that read before they decide. */
const struct page *pager_require(struct pager *pager, uint64_t pid, enum page_type expected);
/* A new page, zeroed but for its header; *out (may be NULL) is as from pager_modify(). */
uint64_t pager_allocate(struct pager *pager, enum page_type type, uint64_t ts, struct page **out);
/* The page is gone. */
void pager_free(struct pager *pager, uint64_t pid);

/* Named numbers, saved by checkpoints with the pages. Meaning is the graph's and txn's affair; all
   are 0 in an empty database. */
enum pager_root {
	PAGER_ROOT_CATALOG,
	PAGER_ROOT_NODE_DIRECTORY,
	PAGER_ROOT_EDGE_DIRECTORY,
	PAGER_ROOT_NODE_NEXT, /* the next node id */
	PAGER_ROOT_EDGE_NEXT, /* the next edge id */
	PAGER_ROOT_LABEL_INDEX,
	PAGER_ROOT_EDGE_LABEL_INDEX,
	PAGER_ROOT_PROPERTY_INDEX,
	PAGER_ROOT_FREE_SPACE,
	PAGER_ROOT_COUNTERS,
	PAGER_ROOT_PROPERTY_OPEN, /* pages that take the next record */
	PAGER_ROOT_ADJACENCY_OPEN,
	PAGER_ROOT_SPARE_1,
	PAGER_ROOT_SPARE_2,
	PAGER_ROOT_SPARE_3,
	PAGER_ROOT_SPARE_4,
	PAGER_ROOT_SPARE_5,
	PAGER_ROOT_SPARE_6,
	PAGER_ROOT_SPARE_7,
	PAGER_ROOT_SPARE_8,
	PAGER_ROOT_COUNT,
	PAGER_ROOT_ROOM = 32, /* places in the superblock */
};
/* Engine lock: shared or exclusive. */
uint64_t pager_root_get(const struct pager *pager, enum pager_root root);
/* Engine lock: exclusive. */
void pager_root_set(struct pager *pager, enum pager_root root, uint64_t value);

/* ---- care ----------------------------------------------------------------------------------- */

/* Evicts until the pool is within its size with a few frames to spare. No lock may be held. The
   commit leader calls it between batches, and before one that will touch many pages; cheap when
   there is nothing to do. E_DISK_FULL and E_IO as pager_page_in(). */
enum sqlstate pager_make_room(struct pager *pager, struct error *e) MUST_USE;

/* Before a batch that will change about `more` pages: makes sure that the disk has a block for
   every page that is dirty by then, and for the map. So eviction, and with it reading, and the
   next checkpoint cannot fail for lack of space. The caller is the only writer. E_DISK_FULL: the
   batch must be refused. */
enum sqlstate pager_secure_blocks(struct pager *pager, uint64_t more, struct error *e) MUST_USE;

/* The checksum that the page would have on disk now; false if the page does not exist. Equal states
   have equal checksums. Reads the page if need be. No lock held, no writer active. */
enum sqlstate pager_checksum(
	struct pager *pager, uint64_t pid, bool *exists, uint32_t *crc, struct error *e) MUST_USE;
/* Page numbers are below this. */
uint64_t pager_page_limit(const struct pager *pager);
/* The number that pager_allocate() would give. Engine lock: shared or exclusive. */
uint64_t pager_next_number(const struct pager *pager);
/* True if the page exists (is allocated). Engine lock: shared or exclusive. */
bool pager_exists(const struct pager *pager, uint64_t pid);

/* What the calling thread did with pages since it began; any pager's. */
struct pager_counts {
	uint64_t hits;	 /* pages got that were resident */
	uint64_t misses; /* pages that it read from the store */
};
extern _Thread_local struct pager_counts pager_thread_counts;

struct pager_statistics {
	uint64_t pages_total; /* allocated page numbers */
	uint64_t pages_resident;
	uint64_t pages_dirty;
	uint64_t misses;	 /* pages read by pager_page_in() */
	uint64_t reads_in_place; /* pages read under the exclusive engine lock */
	uint64_t evictions;
	uint64_t evictions_dirty; /* of these, pages written to make room */
	uint64_t blocks_total;
	uint64_t blocks_free;
};
void pager_statistics(struct pager *pager, struct pager_statistics *out);

/* Reads every page and map block from disk and checks place, number, type and both checksums, and
   that no block is used twice. Each finding is one line to `report`. No writer may be active. */
enum sqlstate pager_verify(struct pager *pager, void (*report)(void *context, const char *line),
	void *context, uint64_t *findings, struct error *e) MUST_USE;

#endif
