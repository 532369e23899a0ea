/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Reading everything back: each page and each map block from its place on disk, held against both
 * checksums, its type and its number, and no block used twice. For checks of a whole store and for
 * the tests that compare engines page by page.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "storage/page/pager_state.h"
#include "storage/store/store.h"

enum sqlstate pager_checksum(
	struct pager *pager, uint64_t pid, bool *exists, uint32_t *crc, struct error *e)
{
	struct page_view view;
	uint64_t word;

	*exists = pager_exists(pager, pid);
	if (!*exists)
		return OK;
	for (;;) {
		word = atomic_load_explicit(&pager->translations[pid].word, memory_order_acquire);
		if (translation_state(word) >= TRANSLATION_RESIDENT)
			break;
		page_view_init(&view);
		view.missing[view.missing_count++] = pid;
		TRY(pager_page_in(pager, &view, e));
	}
	*crc = page_checksum(pager_frame_page(pager, translation_frame(word)));
	return OK;
}

struct verifying {
	struct pager *pager;
	void (*report)(void *context, const char *line);
	void *context;
	uint64_t findings;
	uint64_t *seen; /* bitmap of blocks */
	uint64_t block_count;
	struct page *page;
	const _Atomic int *cancel; /* may be NULL */
};

static void finding(struct verifying *v, const char *format, ...) PRINTF_LIKE(2, 3);
static void finding(struct verifying *v, const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	v->findings++;
	v->report(v->context, line);
}

/* Notes that a block is used; false if it cannot be read. */
static bool visit_block(struct verifying *v, uint64_t block, const char *what, uint64_t number)
{
	if (block < STORE_SUPERBLOCK_COPIES || block >= v->block_count) {
		finding(v, "%s %" PRIu64 " is in block %" PRIu64 ", which does not exist", what,
			number, block);
		return false;
	}
	if ((v->seen[block >> 6] >> (block & 63)) & 1)
		finding(v, "%s %" PRIu64 " is in block %" PRIu64 ", which is used twice", what,
			number, block);
	v->seen[block >> 6] |= (uint64_t)1 << (block & 63);
	return true;
}

static enum sqlstate verify_page(struct verifying *v, uint64_t pid, struct error *e)
{
	struct map_entry entry = v->pager->map.current[pid];
	struct store_transfer transfer = { entry.block, 1, v->page };
	const struct page *p = v->page;

	if (entry.block == 0)
		return OK; /* not written yet */
	if (!visit_block(v, entry.block, "page", pid))
		return OK;
	TRY(v->pager->store->ops->block_read(v->pager->store, &transfer, 1, e));
	if (p->crc != page_checksum(p))
		finding(v, "page %" PRIu64 " in block %" PRIu64 ": wrong checksum", pid,
			(uint64_t)entry.block);
	else if (p->crc != entry.crc)
		finding(v, "page %" PRIu64 " in block %" PRIu64 ": not the image last written", pid,
			(uint64_t)entry.block);
	else if (p->pid != pid)
		finding(v, "page %" PRIu64 " in block %" PRIu64 ": says it is page %" PRIu64, pid,
			(uint64_t)entry.block, p->pid);
	else if (p->type <= PAGE_MAP || p->type >= PAGE_TYPE_COUNT)
		finding(v, "page %" PRIu64 " in block %" PRIu64 ": type %u is unknown", pid,
			(uint64_t)entry.block, p->type);
	return OK;
}

static enum sqlstate verify_node(struct verifying *v, int level, uint64_t index, struct error *e)
{
	const struct map_node *node = &v->pager->map.nodes[level][index];
	struct store_transfer transfer = { node->block, 1, v->page };
	const struct page *p = v->page;

	if (!visit_block(v, node->block, "page map node", index))
		return OK;
	TRY(v->pager->store->ops->block_read(v->pager->store, &transfer, 1, e));
	if (p->crc != node->crc || p->crc != page_checksum(p) || p->type != PAGE_MAP ||
		p->encoding != level || p->pid != index)
		finding(v, "page map node %" PRIu64 " of level %d in block %" PRIu64 " is damaged",
			index, level, node->block);
	return OK;
}

static enum sqlstate verify_all(struct verifying *v, struct error *e)
{
	const struct page_map *map = &v->pager->map;
	uint64_t n = v->pager->superblock.page_limit;

	for (uint64_t pid = 1; pid < map->page_limit; pid++) {
		if (v->cancel != NULL && atomic_load_explicit(v->cancel, memory_order_relaxed) != 0)
			return FAIL(e, E_CANCELLED, "check was canceled");
		if (number_set_has(&map->free, pid))
			continue;
		TRY(verify_page(v, pid, e));
	}
	for (uint32_t level = 0; level < v->pager->superblock.map_levels; level++) {
		n = (n + PAGE_MAP_FANOUT - 1) / PAGE_MAP_FANOUT;
		for (uint64_t i = 0; i < n; i++)
			TRY(verify_node(v, (int)level, i, e));
	}
	return OK;
}

enum sqlstate pager_verify(struct pager *pager, void (*report)(void *context, const char *line),
	void *context, const _Atomic int *cancel, uint64_t *findings, struct error *e)
{
	struct verifying v = {
		.pager = pager, .report = report, .context = context, .cancel = cancel
	};
	enum sqlstate rc;

	v.block_count = pager->store->ops->block_count(pager->store);
	v.seen = calloc(v.block_count / 64 + 1, sizeof v.seen[0]);
	v.page = aligned_alloc(STORE_ALIGN, PAGE_BYTES);
	rc = v.seen == NULL || v.page == NULL
		     ? FAIL(e, E_OUT_OF_MEMORY, "out of memory for the check of blocks")
		     : verify_all(&v, e);
	free(v.seen);
	free(v.page);
	*findings = v.findings;
	return rc;
}
