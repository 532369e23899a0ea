/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The state of a running PLAN_SEARCH, shared by op_search.c (the machine: levels, conditions, hops,
 * giving out), search_select.c (the broad search that a selector wants), search_horizon.c (how far it
 * looks under a path mode) and search_read.c (all its paths, where all are asked for).
 */
#ifndef QUERY_EXEC_SEARCH_RUN_H
#define QUERY_EXEC_SEARCH_RUN_H

#include "query/exec/search_thread.h"

/* The hops of one state out of one level. */
struct search_walk {
	struct cursor *cursor; /* NULL: over rows, all of which stand here */
	uint64_t *sources;
	uint32_t *from; /* threads */
	uint32_t *counters;
	uint32_t row_count, row_capacity, row_given;
	struct search_row *rows;
};

/* A step over a row of a table. */
struct search_row {
	uint32_t source; /* which of the sources */
	uint64_t edge, node;
};

/* How far a level has been expanded. */
struct search_reach {
	uint32_t step, thread; /* the next to look at */
	bool is_walking;
	struct search_walk *walks; /* by state */
};

struct accepted {
	uint32_t depth, thread, step, row;
	uint64_t target;
	uint32_t sequence, identity;
};

/* How far a search under path modes looks at first: along paths of the least lengths that there would
   be without modes. */
struct search_horizon {
	bool is_on;
	struct arena *arena;   /* of the keys */
	struct map_str places; /* lengths and futures, as without modes, of what leads to a target */
	struct search_last last;
	struct map_u64 lengths; /* by target: up to which length all its paths are within it */
};

/* A way to a thread, or (in the last frame) from one to the end. */
struct search_way {
	uint64_t edge;
	uint32_t signature, parent, step, owner;
};

/* The ways to what a path being read may have come to at one length; those of [first, end) are in
   hand, and alike. */
struct search_frame {
	struct search_way *ways;
	uint32_t count, capacity, first, end;
};

/* Paths being read off the threads, from their ends. */
struct search_reading {
	struct search_frame *frames; /* by length; 1 + the path's length: its ends */
	uint32_t frame_capacity;
	uint32_t next;	/* accepted: the ends that come next */
	uint32_t level; /* frame in hand */
	uint32_t top;	/* the frame of the ends; 0: no ends are being read */
	uint32_t row;
	uint64_t target;
};

/* What a selector has given one target. */
struct tally {
	uint32_t paths, lengths, last_length;
};

struct search_run {
	struct op op;
	const struct search *program;
	struct batch *in;
	uint32_t row; /* broad: the one being searched */
	struct search_threads threads;
	struct search_reach *reaches; /* by level */
	uint32_t reach_capacity;
	uint32_t top;
	bool is_running, is_broad;
	struct arena *heap;	   /* of a broad search of one row */
	struct arena *scratch;	   /* of one condition, or of ordering one level */
	struct arena *place_arena; /* of the batch of places in hand */
	struct accepted *accepted;
	uint32_t accepted_count, accepted_capacity, given;
	uint32_t k;
	bool is_every;		/* k counts lengths, and threads are shared */
	bool is_relaxed;	/* this is the search that ignores modes */
	bool is_cut;		/* not all was looked at: futures and targets have k at most */
	struct map_u64 tallies; /* by target: index into tally_list, plus 1 */
	struct tally *tally_list;
	uint32_t tally_count, tally_capacity, wanted;
	struct map_str seen; /* futures: what lives on of each */
	struct search_horizon horizon;
	struct search_reading reading;
	struct batch filter;
	uint32_t *carry; /* input slots that conditions may read */
	uint32_t carry_count;
	struct batch hop_input; /* nodes at which steps over rows begin */
	/* one call's hops */
	uint32_t *hop_source;
	uint64_t *hop_node, *hop_edge;
};

/* ---- op_search.c ---- */

/* Forgets levels and paths; what they stood in is the caller's to reset. */
void search_forget(struct search_run *s);
/* Makes the level empty and not yet expanded. */
void search_level_clear(struct search_run *s, uint32_t depth);
/* Thread `from` of a level takes the place of `to`. */
void search_move(
	const struct search_run *s, struct search_level *level, uint32_t to, uint32_t from);
/* An arena of the run, made or reset. */
struct arena *search_arena(struct search_run *s, struct arena **a);
/* New threads from `first` on run the operations of their arrival; those that fail are dropped. */
enum sqlstate search_arrive(struct search_run *s, uint32_t depth, uint32_t first, uint32_t state,
	struct error *e) MUST_USE;
/* Goes on with a level: takes one call's hops into the next level, or accepts one batch of paths.
   *is_done when there is nothing more. */
enum sqlstate search_advance(
	struct search_run *s, uint32_t depth, bool *is_done, struct error *e) MUST_USE;

/* ---- search_select.c ---- */

/* All paths of the row `s->row` that the selector takes, into s->accepted; with is_every, their ends:
   search_read(). */
enum sqlstate search_row(struct search_run *s, struct error *e) MUST_USE;
/* Appends what is the same for threads with the same future, but for their modes. */
void search_describe(struct search_run *s, uint32_t depth, uint32_t thread, struct buf *to);
/* Whether every target has all its paths, and nothing longer is taken. */
bool search_is_satisfied(const struct search_run *s);

/* ---- search_horizon.c ---- */

/* Looks back from what a search without modes has accepted: what leads there is the horizon. */
enum sqlstate search_horizon_make(struct search_run *s, struct error *e) MUST_USE;
void search_horizon_free(struct search_run *s);
/* Up to which length all paths to the target are within the horizon. */
uint32_t search_horizon_length(const struct search_run *s, uint64_t target);
/* Drops what is beyond the horizon from a complete level. */
void search_horizon_keep(struct search_run *s, uint32_t depth);

/* ---- search_read.c ---- */

/* The next of the paths whose ends were accepted, as threads of `to` in the batch's arena; *count is 0
   when there are no more. At most `most` of them, in out[]. */
enum sqlstate search_read(struct search_run *s, struct search_threads *to, struct accepted *out,
	uint32_t most, uint32_t *count, struct error *e) MUST_USE;

#endif
