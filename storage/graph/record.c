/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Heads by id. A page of heads is 511 of 32 bytes, filling the body. DIR pages make a chain:
 *
 *    32 u64 next      the next DIR page, 0: none
 *    40 u64 pages[2043]  page of heads number i of this DIR page's range, 0: none yet
 *
 * Invariants
 * R1 The arrays in memory equal the DIR pages, at every moment that the engine lock is free.
 * R2 The head of an absent element is 32 zero bytes; a page of which all are absent is free.
 * R3 `end` is above every id whose head was ever put, and is saved as the pager's root NODE_NEXT or
 *    EDGE_NEXT.
 */
#include "storage/graph/record.h"

#include <stdlib.h>
#include <string.h>

enum {
	HEAD_BYTES = 32,
	DIRECTORY_ENTRIES = PAGE_BODY_BYTES / 8 - 1,
};
static_assert(sizeof(struct node_head) == HEAD_BYTES, "node head");
static_assert(sizeof(struct edge_record) == HEAD_BYTES, "edge head");
static_assert(RECORD_PER_PAGE * HEAD_BYTES == PAGE_BODY_BYTES, "a page of heads");

struct directory {
	uint64_t next;
	uint64_t pages[DIRECTORY_ENTRIES];
};
static_assert(sizeof(struct directory) == PAGE_BODY_BYTES, "directory page");

static const struct node_head absent_node;
static const struct edge_record absent_edge;

static enum page_type type_of(enum element element)
{
	return element == ELEMENT_NODE ? PAGE_NODE_HEADS : PAGE_EDGE_HEADS;
}

static enum pager_root directory_root(enum element element)
{
	return element == ELEMENT_NODE ? PAGER_ROOT_NODE_DIRECTORY : PAGER_ROOT_EDGE_DIRECTORY;
}

static enum pager_root next_root(enum element element)
{
	return element == ELEMENT_NODE ? PAGER_ROOT_NODE_NEXT : PAGER_ROOT_EDGE_NEXT;
}

static const struct record_table *table_of(const struct graph *g, enum element element)
{
	return element == ELEMENT_NODE ? &g->nodes : &g->edges;
}

/* ---- opening --------------------------------------------------------------------------------- */

static void *grown(void *at, uint64_t *capacity, uint64_t needed)
{
	uint64_t wanted = *capacity == 0 ? 64 : *capacity;

	if (needed <= *capacity)
		return at;
	while (wanted < needed)
		wanted *= 2;
	at = realloc(at, wanted * sizeof(uint64_t));
	if (at == NULL)
		PANIC("out of memory: directory of %llu pages", (unsigned long long)wanted);
	*capacity = wanted;
	return at;
}

static void directory_append(struct record_table *t, uint64_t pid)
{
	t->directory = grown(t->directory, &t->directory_capacity, t->directory_count + 1);
	t->directory[t->directory_count++] = pid;
}

/* Makes pages[] long enough for `count` entries; the new ones are 0. */
static void pages_extend(struct record_table *t, uint64_t count)
{
	if (count <= t->count)
		return;
	t->pages = grown(t->pages, &t->capacity, count);
	memset(t->pages + t->count, 0, (count - t->count) * sizeof(uint64_t));
	t->count = count;
}

void record_create(struct record_table *t, struct pager *p, enum element element, uint64_t ts)
{
	uint64_t pid = pager_allocate(p, PAGE_DIRECTORY, ts, NULL);

	*t = (struct record_table){ .element = element };
	directory_append(t, pid);
	pager_root_set(p, directory_root(element), pid);
	pager_root_set(p, next_root(element), 0);
}

static enum sqlstate page_wait(struct pager *p, uint64_t pid, enum page_type type,
	const struct page **out, struct error *e)
{
	struct page_view view;

	page_view_init(&view);
	while ((*out = pager_get(p, pid, type, &view)) == NULL)
		TRY(pager_page_in(p, &view, e));
	return OK;
}

enum sqlstate record_open(
	struct record_table *t, struct pager *p, enum element element, struct error *e)
{
	uint64_t pid = pager_root_get(p, directory_root(element)), limit = pager_page_limit(p);

	*t = (struct record_table){ .element = element };
	t->end = pager_root_get(p, next_root(element));
	if (pid == PAGE_NONE)
		return FAIL(e, E_DATA_CORRUPTED, "the database has no graph");
	while (pid != PAGE_NONE) {
		const struct directory *d;
		const struct page *page;
		uint64_t from = t->count, used = DIRECTORY_ENTRIES;

		if (t->directory_count > limit)
			return FAIL(e, E_DATA_CORRUPTED, "directory of elements has a circle");
		TRY(page_wait(p, pid, PAGE_DIRECTORY, &page, e));
		d = (const void *)page->body;
		while (d->next == PAGE_NONE && used > 0 && d->pages[used - 1] == 0)
			used--;
		directory_append(t, pid);
		pages_extend(t, from + used);
		if (used != 0)
			memcpy(t->pages + from, d->pages, used * sizeof(uint64_t));
		pid = d->next;
	}
	return OK;
}

void record_close(struct record_table *t)
{
	free(t->pages);
	free(t->directory);
	*t = (struct record_table){ .element = t->element };
}

/* ---- reading --------------------------------------------------------------------------------- */

const struct node_head *record_node(struct page_view *v, const struct graph *g, uint64_t id)
{
	uint64_t pid = record_page(&g->nodes, id);
	const struct page *p;

	if (UNLIKELY(pid == PAGE_NONE))
		return &absent_node;
	p = graph_page(v, g, pid, PAGE_NODE_HEADS);
	if (UNLIKELY(p == NULL))
		return NULL;
	return (const struct node_head *)(const void *)p->body + id % RECORD_PER_PAGE;
}

const struct edge_record *record_edge(struct page_view *v, const struct graph *g, uint64_t id)
{
	uint64_t pid = record_page(&g->edges, id);
	const struct page *p;

	if (UNLIKELY(pid == PAGE_NONE))
		return &absent_edge;
	p = graph_page(v, g, pid, PAGE_EDGE_HEADS);
	if (UNLIKELY(p == NULL))
		return NULL;
	return (const struct edge_record *)(const void *)p->body + id % RECORD_PER_PAGE;
}

bool record_node_get(struct graph *g, uint64_t id, struct node_head *out)
{
	*out = *record_node(NULL, g, id);
	return record_node_exists(out);
}

bool record_edge_get(struct graph *g, uint64_t id, struct edge_record *out)
{
	*out = *record_edge(NULL, g, id);
	return record_edge_exists(out);
}

bool record_nodes_read(struct page_view *v, const struct graph *g, const uint64_t *ids,
	uint32_t count, uint32_t *labelsets)
{
	bool is_whole = true;
	uint32_t i;

	for (i = 0; i < count; i++) {
		const struct node_head *h = record_node(v, g, ids[i]);

		if (UNLIKELY(h == NULL))
			is_whole = false;
		else
			labelsets[i] = record_node_exists(h) ? h->labelset : LABELSET_ABSENT;
	}
	return is_whole;
}

bool record_edges_read(struct page_view *v, const struct graph *g, const uint64_t *ids,
	uint32_t count, struct edge_head *heads)
{
	bool is_whole = true;
	uint32_t i;

	for (i = 0; i < count; i++) {
		const struct edge_record *r = record_edge(v, g, ids[i]);

		if (UNLIKELY(r == NULL))
			is_whole = false;
		else
			heads[i] = (struct edge_head){ record_edge_source(r), r->target, r->label };
	}
	return is_whole;
}

bool record_property_refs(struct page_view *v, const struct graph *g, enum element element,
	const uint64_t *ids, uint32_t count, uint64_t *refs)
{
	bool is_whole = true;
	uint32_t i;

	for (i = 0; i < count; i++) {
		const void *head;

		if (element == ELEMENT_NODE)
			head = record_node(v, g, ids[i]);
		else
			head = record_edge(v, g, ids[i]);
		if (UNLIKELY(head == NULL))
			is_whole = false;
		else if (element == ELEMENT_NODE)
			refs[i] = ((const struct node_head *)head)->property_ref;
		else
			refs[i] = ((const struct edge_record *)head)->property_ref;
	}
	return is_whole;
}

void record_prefetch(struct page_view *v, const struct graph *g, enum element element,
	const uint64_t *ids, uint32_t count)
{
	const struct record_table *t = table_of(g, element);
	uint32_t i;

	for (i = 0; i < count; i++) {
		uint64_t pid = record_page(t, ids[i]);
		const struct page *p =
			pid == PAGE_NONE ? NULL : graph_page(v, g, pid, type_of(element));

		if (p != NULL)
			__builtin_prefetch(p->body + ids[i] % RECORD_PER_PAGE * HEAD_BYTES);
	}
}

/* Fills from one page of heads; ids start at `first`. */
static uint32_t page_scan(const struct page *p, const struct record_scan *s, uint64_t first,
	uint64_t *ids, uint32_t *labels, uint32_t max)
{
	uint64_t end = MIN_OF(s->end - first, (uint64_t)RECORD_PER_PAGE), i;
	uint32_t count = 0;

	for (i = s->from - first; i < end && count < max; i++) {
		const void *at = p->body + i * HEAD_BYTES;
		const struct node_head *node = at;
		const struct edge_record *edge = at;
		bool is_node = s->element == ELEMENT_NODE;

		ids[count] = first + i;
		if (labels != NULL)
			labels[count] = is_node ? node->labelset : edge->label;
		count += is_node ? record_node_exists(node) : record_edge_exists(edge);
	}
	return count;
}

bool record_scan_next(struct page_view *v, const struct graph *g, struct record_scan *s,
	uint64_t *ids, uint32_t *labels, uint32_t max, uint32_t *count)
{
	const struct record_table *t = table_of(g, s->element);
	uint64_t end = MIN_OF(s->end, t->end);

	*count = 0;
	while (s->from < end && *count < max) {
		uint64_t index = s->from / RECORD_PER_PAGE, first = index * RECORD_PER_PAGE;
		uint64_t pid = index < t->count ? t->pages[index] : PAGE_NONE;
		uint32_t found = 0;

		if (pid != PAGE_NONE) {
			const struct page *p = graph_page(v, g, pid, type_of(s->element));

			if (p == NULL)
				return false;
			found = page_scan(p, s, first, ids + *count,
				labels == NULL ? NULL : labels + *count, max - *count);
		}
		*count += found;
		s->from = *count == max ? ids[max - 1] + 1 : first + RECORD_PER_PAGE;
	}
	s->is_done = s->from >= end;
	return true;
}

/* ---- changing -------------------------------------------------------------------------------- */

static struct directory *directory_modify(struct graph *g, uint64_t pid)
{
	return (void *)pager_modify(g->pager, pid, PAGE_DIRECTORY, g->ts)->body;
}

static struct page *heads_page_make(struct graph *g, struct record_table *t, uint64_t index)
{
	uint64_t which = index / DIRECTORY_ENTRIES, pid;
	struct page *p;

	while (t->directory_count <= which) {
		uint64_t last = t->directory[t->directory_count - 1];

		pid = pager_allocate(g->pager, PAGE_DIRECTORY, g->ts, NULL);
		directory_modify(g, last)->next = pid;
		directory_append(t, pid);
	}
	pid = pager_allocate(g->pager, type_of(t->element), g->ts, &p);
	pages_extend(t, index + 1);
	t->pages[index] = pid;
	directory_modify(g, t->directory[which])->pages[index % DIRECTORY_ENTRIES] = pid;
	return p;
}

static void *head_add(struct graph *g, struct record_table *t, uint64_t id)
{
	uint64_t index = id / RECORD_PER_PAGE, pid = record_page(t, id);
	struct page *p;

	assert(id <= RECORD_ID_MAX);
	if (pid != PAGE_NONE)
		p = pager_modify(g->pager, pid, type_of(t->element), g->ts);
	else
		p = heads_page_make(g, t, index);
	if (id >= t->end) {
		t->end = id + 1;
		pager_root_set(g->pager, next_root(t->element), t->end);
	}
	return p->body + id % RECORD_PER_PAGE * HEAD_BYTES;
}

static void *head_modify(struct graph *g, enum element element, uint64_t id)
{
	uint64_t pid = record_page(table_of(g, element), id);

	assert(pid != PAGE_NONE);
	return pager_modify(g->pager, pid, type_of(element), g->ts)->body +
	       id % RECORD_PER_PAGE * HEAD_BYTES;
}

void record_node_add(struct graph *g, uint64_t id, uint32_t labelset)
{
	struct node_head *h = head_add(g, &g->nodes, id);

	assert(!record_node_exists(h));
	*h = (struct node_head){ .labelset = labelset, .flags = RECORD_EXISTS };
}

void record_edge_add(struct graph *g, uint64_t id, uint64_t source, uint64_t target, uint32_t label)
{
	struct edge_record *r = head_add(g, &g->edges, id);

	assert(!record_edge_exists(r));
	assert(source <= RECORD_ID_MAX);
	*r = (struct edge_record){ .source_flags = (uint64_t)RECORD_EXISTS << 48 | source,
		.target = target,
		.label = label };
}

static bool is_empty(const struct page *p)
{
	const uint64_t *words = (const void *)p->body;

	for (uint32_t i = 0; i < PAGE_BODY_BYTES / 8; i++) {
		if (words[i] != 0)
			return false;
	}
	return true;
}

/* Ids are not given again, so a page whose elements have all gone is free. If the head of an id
   given earlier comes after all, the page is made anew. */
static void heads_page_drop_if_empty(struct graph *g, struct record_table *t, uint64_t id)
{
	uint64_t index = id / RECORD_PER_PAGE, pid = record_page(t, id);

	if (!is_empty(pager_require(g->pager, pid, type_of(t->element))))
		return;
	pager_free(g->pager, pid);
	t->pages[index] = 0;
	directory_modify(g, t->directory[index / DIRECTORY_ENTRIES])
		->pages[index % DIRECTORY_ENTRIES] = 0;
}

void record_node_delete(struct graph *g, uint64_t id)
{
	struct node_head *h = head_modify(g, ELEMENT_NODE, id);

	assert(record_node_exists(h));
	assert(h->property_ref == 0);
	assert(h->out_ref == 0);
	assert(h->in_ref == 0);
	*h = absent_node;
	heads_page_drop_if_empty(g, &g->nodes, id);
}

void record_edge_delete(struct graph *g, uint64_t id)
{
	struct edge_record *r = head_modify(g, ELEMENT_EDGE, id);

	assert(record_edge_exists(r));
	assert(r->property_ref == 0);
	*r = absent_edge;
	heads_page_drop_if_empty(g, &g->edges, id);
}

void record_node_set_labelset(struct graph *g, uint64_t id, uint32_t labelset)
{
	struct node_head *h = head_modify(g, ELEMENT_NODE, id);

	assert(record_node_exists(h));
	h->labelset = labelset;
}

void record_set_property_ref(struct graph *g, enum element element, uint64_t id, uint64_t ref)
{
	void *head = head_modify(g, element, id);

	if (element == ELEMENT_NODE)
		((struct node_head *)head)->property_ref = ref;
	else
		((struct edge_record *)head)->property_ref = ref;
}

void record_node_set_list_ref(struct graph *g, uint64_t id, enum direction d, uint64_t ref)
{
	struct node_head *h = head_modify(g, ELEMENT_NODE, id);

	assert(record_node_exists(h));
	if (d == DIRECTION_OUT)
		h->out_ref = ref;
	else
		h->in_ref = ref;
}

bool record_touch(
	struct page_view *v, const struct graph *g, enum element element, uint64_t id)
{
	const struct record_table *t = table_of(g, element);
	uint64_t pid = record_page(t, id);
	uint64_t which = id / RECORD_PER_PAGE / DIRECTORY_ENTRIES;
	uint64_t last = t->directory_count - 1;
	bool is_whole;

	if (pid != PAGE_NONE)
		is_whole = graph_page(v, g, pid, type_of(element)) != NULL;
	else
		is_whole = graph_page(v, g, t->directory[last], PAGE_DIRECTORY) != NULL;
	if (which <= last)
		is_whole &= graph_page(v, g, t->directory[which], PAGE_DIRECTORY) != NULL;
	return is_whole;
}

/* ---- checking -------------------------------------------------------------------------------- */

static bool list_ref_is_sane(uint64_t ref)
{
	enum graph_ref_kind kind = graph_ref_kind(ref);

	return ref == 0 || kind == GRAPH_REF_ONE || kind == GRAPH_REF_SEG || kind == GRAPH_REF_TREE;
}

static bool property_ref_is_sane(uint64_t ref)
{
	return ref == 0 || graph_ref_kind(ref) == GRAPH_REF_PROP ||
	       graph_ref_kind(ref) == GRAPH_REF_OVFL;
}

static void head_check(struct graph_check *c, enum element element, uint64_t id, const void *head)
{
	const struct node_head *node = head;
	const struct edge_record *edge = head;
	bool exists = element == ELEMENT_NODE ? record_node_exists(node) : record_edge_exists(edge);
	const char *name = element == ELEMENT_NODE ? "node" : "edge";
	unsigned long long n = id;

	if (!exists) {
		if (memcmp(head, &absent_node, HEAD_BYTES) != 0)
			graph_finding(c, "%s %llu: absent, but its head is not empty", name, n);
		return;
	}
	if (id >= record_end(table_of(c->graph, element)))
		graph_finding(c, "%s %llu: beyond the end of the ids", name, n);
	if (element == ELEMENT_NODE) {
		if (!list_ref_is_sane(node->out_ref) || !list_ref_is_sane(node->in_ref))
			graph_finding(c, "node %llu: bad reference to a list", n);
		if (!property_ref_is_sane(node->property_ref))
			graph_finding(c, "node %llu: bad reference to properties", n);
		return;
	}
	if (edge->label == NAME_NONE)
		graph_finding(c, "edge %llu: has no label", n);
	if (!property_ref_is_sane(edge->property_ref))
		graph_finding(c, "edge %llu: bad reference to properties", n);
}

void record_check(struct graph_check *c, enum element element)
{
	const struct record_table *t = table_of(c->graph, element);
	uint64_t i, id;

	for (i = 0; i < t->directory_count; i++) {
		const struct directory *d = (const void *)pager_require(
			c->graph->pager, t->directory[i], PAGE_DIRECTORY)
						    ->body;

		if (c->visit != NULL)
			c->visit(c->context, t->directory[i]);
		for (id = 0; id < DIRECTORY_ENTRIES; id++) {
			uint64_t index = i * DIRECTORY_ENTRIES + id;

			if (d->pages[id] != (index < t->count ? t->pages[index] : 0))
				graph_finding(c, "directory page %llu: differs from memory",
					(unsigned long long)t->directory[i]);
		}
	}
	for (i = 0; i < t->count; i++) {
		const struct page *p;

		if (t->pages[i] == PAGE_NONE)
			continue;
		p = pager_require(c->graph->pager, t->pages[i], type_of(element));
		if (c->visit != NULL)
			c->visit(c->context, t->pages[i]);
		for (id = 0; id < RECORD_PER_PAGE; id++)
			head_check(c, element, i * RECORD_PER_PAGE + id, p->body + id * HEAD_BYTES);
	}
}
