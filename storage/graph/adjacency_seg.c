/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Segments as bytes: searching, changing in place, packing and unpacking. See the header for the
 * picture and the invariant.
 */
#include "storage/graph/adjacency_seg.h"

/* Steps of capacity: at most half of a segment is slack, a third of a large one. */
static const uint16_t capacities[] = { 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, ADJACENCY_SEG_MAX };

static struct seg_run *runs_of(struct seg *s)
{
	return s->runs;
}

static void id_set(uint8_t *column, bool is_wide, uint32_t i, uint64_t id)
{
	uint32_t narrow = (uint32_t)id;

	if (is_wide)
		memcpy(column + 8 * (size_t)i, &id, 8);
	else
		memcpy(column + 4 * (size_t)i, &narrow, 4);
}

bool seg_is_sane(const struct seg *s, uint32_t room)
{
	size_t need;

	if (room < sizeof(*s))
		return false;
	need = sizeof(*s) + 8 * (size_t)s->label_capacity + 2 * (size_t)s->capacity * seg_width(s);
	return need <= room && s->count <= s->capacity && s->label_count <= s->label_capacity;
}

const struct seg_run *seg_run_find(const struct seg *s, uint32_t label)
{
	uint32_t low = 0, high = s->label_count;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (s->runs[middle].label < label)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->label_count && s->runs[low].label == label ? &s->runs[low] : NULL;
}

uint32_t seg_lower_bound(
	const struct seg *s, const struct seg_run *run, uint64_t neighbour, uint64_t edge)
{
	const uint8_t *neighbours = seg_neighbours(s), *edges = seg_edges(s);
	uint32_t low = run->start, high = (uint32_t)run->start + run->count;
	bool is_wide = seg_is_wide(s);

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		uint64_t at = seg_id(neighbours, is_wide, middle);

		if (at < neighbour || (at == neighbour && seg_id(edges, is_wide, middle) < edge))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct seg_spot seg_find(const struct seg *s, const struct adjacency_entry *entry)
{
	struct seg_spot spot = { 0 };
	const struct seg_run *run;
	bool is_wide = seg_is_wide(s);

	while (spot.run < s->label_count && s->runs[spot.run].label < entry->label)
		spot.run++;
	run = &s->runs[spot.run];
	if (spot.run == s->label_count || run->label != entry->label) {
		spot.at = spot.run == s->label_count ? s->count : run->start;
		return spot;
	}
	spot.has_run = true;
	spot.at = seg_lower_bound(s, run, entry->neighbour, entry->edge);
	spot.is_there = spot.at < (uint32_t)run->start + run->count &&
			seg_id(seg_neighbours(s), is_wide, spot.at) == entry->neighbour &&
			seg_id(seg_edges(s), is_wide, spot.at) == entry->edge;
	return spot;
}

bool seg_has_room(
	const struct seg *s, const struct adjacency_entry *entry, const struct seg_spot *spot)
{
	if (s->count == s->capacity)
		return false;
	if (!spot->has_run && s->label_count == s->label_capacity)
		return false;
	return seg_is_wide(s) || (entry->neighbour <= UINT32_MAX && entry->edge <= UINT32_MAX);
}

static void column_open(uint8_t *column, uint32_t width, uint32_t at, uint32_t count)
{
	memmove(column + (size_t)(at + 1) * width, column + (size_t)at * width,
		(size_t)(count - at) * width);
}

static void column_close(uint8_t *column, uint32_t width, uint32_t at, uint32_t count)
{
	memmove(column + (size_t)at * width, column + (size_t)(at + 1) * width,
		(size_t)(count - at - 1) * width);
	memset(column + (size_t)(count - 1) * width, 0, width);
}

void seg_insert(struct seg *s, const struct adjacency_entry *entry, const struct seg_spot *spot)
{
	uint8_t *neighbours = (uint8_t *)(runs_of(s) + s->label_capacity);
	uint32_t width = seg_width(s), i;
	uint8_t *edges = neighbours + (size_t)s->capacity * width;
	struct seg_run *run = &runs_of(s)[spot->run];

	column_open(neighbours, width, spot->at, s->count);
	column_open(edges, width, spot->at, s->count);
	id_set(neighbours, width == 8, spot->at, entry->neighbour);
	id_set(edges, width == 8, spot->at, entry->edge);
	if (!spot->has_run) {
		memmove(run + 1, run, sizeof(*run) * (s->label_count - spot->run));
		*run = (struct seg_run){ entry->label, (uint16_t)spot->at, 0 };
		s->label_count++;
	}
	run->count++;
	s->count++;
	for (i = spot->run + 1; i < s->label_count; i++)
		runs_of(s)[i].start++;
}

void seg_remove(struct seg *s, const struct seg_spot *spot)
{
	uint8_t *neighbours = (uint8_t *)(runs_of(s) + s->label_capacity);
	uint32_t width = seg_width(s), i;
	uint8_t *edges = neighbours + (size_t)s->capacity * width;
	struct seg_run *run = &runs_of(s)[spot->run];

	column_close(neighbours, width, spot->at, s->count);
	column_close(edges, width, spot->at, s->count);
	for (i = spot->run + 1; i < s->label_count; i++)
		runs_of(s)[i].start--;
	s->count--;
	run->count--;
	if (run->count == 0) {
		memmove(run, run + 1, sizeof(*run) * (s->label_count - spot->run - 1u));
		s->label_count--;
		runs_of(s)[s->label_count] = (struct seg_run){ 0 };
	}
}

void seg_unpack(const struct seg *s, struct seg_list *to)
{
	const uint8_t *neighbours = seg_neighbours(s), *edges = seg_edges(s);
	bool is_wide = seg_is_wide(s);
	uint32_t r, i;

	assert(s->count <= ADJACENCY_SEG_MAX);
	to->count = s->count;
	for (r = 0; r < s->label_count; r++) {
		const struct seg_run *run = &s->runs[r];

		assert((uint32_t)run->start + run->count <= s->count);
		for (i = run->start; i < (uint32_t)run->start + run->count; i++)
			to->entries[i] = (struct adjacency_entry){ run->label,
				seg_id(neighbours, is_wide, i), seg_id(edges, is_wide, i) };
	}
}

uint32_t seg_list_find(
	const struct seg_list *l, const struct adjacency_entry *entry, bool *is_there)
{
	uint32_t low = 0, high = l->count;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (adjacency_entry_order(&l->entries[middle], entry) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*is_there = low < l->count && adjacency_entry_order(&l->entries[low], entry) == 0;
	return low;
}

void seg_list_insert(struct seg_list *l, uint32_t at, const struct adjacency_entry *entry)
{
	assert(l->count < ARRAY_COUNT(l->entries));
	memmove(&l->entries[at + 1], &l->entries[at], sizeof(l->entries[0]) * (l->count - at));
	l->entries[at] = *entry;
	l->count++;
}

struct seg_shape seg_shape_of(const struct seg_list *l)
{
	struct seg_shape shape = { 0 };
	uint32_t labels = 0, i;

	for (i = 0; i < l->count; i++) {
		labels += i == 0 || l->entries[i].label != l->entries[i - 1].label;
		shape.is_wide |=
			l->entries[i].neighbour > UINT32_MAX || l->entries[i].edge > UINT32_MAX;
	}
	for (i = 0; capacities[i] < l->count; i++)
		;
	shape.capacity = capacities[i];
	/* Labels come one by one too, but few nodes have many. */
	shape.label_capacity = (uint16_t)(labels <= 2 ? labels : (labels + 3) / 4 * 4);
	shape.size = (uint32_t)sizeof(struct seg) + 8u * shape.label_capacity +
		     2u * shape.capacity * (shape.is_wide ? 8 : 4);
	return shape;
}

void seg_pack(const struct seg_list *l, const struct seg_shape *shape, uint64_t node,
	enum direction d, void *to, uint32_t room)
{
	uint32_t width = shape->is_wide ? 8 : 4, i;
	struct seg *s = to;
	struct seg_run *run = NULL;
	uint8_t *neighbours, *edges;

	assert(shape->size <= room);
	memset(to, 0, room);
	s->owner = node << 8 | (uint64_t)shape->is_wide << 4 | (uint64_t)d;
	s->label_capacity = shape->label_capacity;
	s->capacity = shape->capacity;
	neighbours = (uint8_t *)(runs_of(s) + s->label_capacity);
	edges = neighbours + (size_t)s->capacity * width;
	for (i = 0; i < l->count; i++) {
		const struct adjacency_entry *e = &l->entries[i];

		if (run == NULL || run->label != e->label) {
			run = &runs_of(s)[s->label_count++];
			*run = (struct seg_run){ e->label, (uint16_t)i, 0 };
		}
		run->count++;
		id_set(neighbours, shape->is_wide, i, e->neighbour);
		id_set(edges, shape->is_wide, i, e->edge);
	}
	s->count = (uint16_t)l->count;
}
