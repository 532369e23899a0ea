/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * See graph_fixture.h.
 */
#include "tests/storage/graph_fixture.h"

#include "base/crc32c.h"
#include "storage/page/checkpoint.h"
#include "storage/store/store.h"

static void pager_start(struct graph_fixture *f, uint32_t pool_pages, bool create)
{
	struct pager_options options = { .store = f->store,
		.pool_bytes = (uint64_t)pool_pages * PAGE_BYTES,
		.reserve_bytes = UINT64_C(256) << 20,
		.create = create };
	struct error e;

	ck_assert_msg(pager_open(&options, &f->pager, &e) == OK, "%s", e.message);
}

void graph_fixture_open(struct graph_fixture *f, uint32_t pool_pages)
{
	*f = (struct graph_fixture){ .store = store_sim_new(1, 0), .arena = arena_new(0) };
	pager_start(f, pool_pages, true);
	graph_create(&f->graph, f->pager, 1);
}

void graph_fixture_close(struct graph_fixture *f)
{
	graph_close(&f->graph);
	pager_close(f->pager);
	store_sim_free(f->store);
	arena_free(f->arena);
}

void graph_fixture_reopen(struct graph_fixture *f)
{
	struct checkpoint_point point = { .lsn = 4096, .ts = f->graph.ts, .epoch = 1 };
	struct error e;

	ck_assert_msg(checkpoint_write(f->pager, &point, &e) == OK, "%s", e.message);
	graph_close(&f->graph);
	pager_close(f->pager);
	pager_start(f, FIXTURE_POOL_LARGE, false);
	ck_assert_msg(graph_open(&f->graph, f->pager, &e) == OK, "%s", e.message);
	f->graph.ts = point.ts;
}

uint32_t graph_fixture_digest(struct graph_fixture *f)
{
	uint64_t limit = pager_page_limit(f->pager), pid;
	uint32_t digest = 0;

	for (pid = 1; pid < limit; pid++) {
		struct error e;
		uint32_t crc = 0;
		bool exists = false;

		ck_assert_msg(
			pager_checksum(f->pager, pid, &exists, &crc, &e) == OK, "%s", e.message);
		if (exists)
			digest = crc32c(crc32c(digest, &pid, sizeof(pid)), &crc, sizeof(crc));
		if (pid % 16 == 0)
			graph_fixture_rest(f);
	}
	return digest;
}

void graph_fixture_rest(struct graph_fixture *f)
{
	struct error e;

	ck_assert_msg(pager_make_room(f->pager, &e) == OK, "%s", e.message);
}

void graph_fixture_page_in(struct graph_fixture *f, struct page_view *v)
{
	struct error e;

	ck_assert(page_view_is_incomplete(v));
	f->misses++;
	ck_assert_msg(pager_page_in(f->pager, v, &e) == OK, "%s", e.message);
}

void graph_fixture_report(void *context, const char *line)
{
	(void)context;
	ck_abort_msg("check: %s", line);
}

struct graph_check graph_fixture_check(struct graph_fixture *f)
{
	return (struct graph_check){ .graph = &f->graph, .report = graph_fixture_report };
}

void graph_fixture_count(void *context, const char *line)
{
	struct graph_fixture *f = context;

	ck_assert_ptr_nonnull(line);
	f->findings++;
}

struct graph_check graph_fixture_check_damage(struct graph_fixture *f)
{
	return (struct graph_check){
		.graph = &f->graph, .report = graph_fixture_count, .context = f
	};
}

uint8_t *graph_fixture_body(struct graph_fixture *f, uint64_t pid, enum page_type type)
{
	return pager_modify(f->pager, pid, type, f->graph.ts)->body;
}
