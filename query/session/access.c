/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The walk over a plan: see access.h. What a view reads or writes is held against its owner's rights,
 * all else against those of who runs the statement. `known` says for each slot that holds an element by which
 * labels it is known; a slot is pending while it was reached without one and may still be tested.
 */
#include "query/session/access.h"

#include <string.h>

#include "base/check.h"
#include "base/vec.h"
#include "query/procedure/procedure.h"
#include "query/sql/relation.h"

struct known {
	uint32_t slot;
	enum element element;
	bool is_pending;     /* reached without a label, not tested yet */
	const struct role_set *who; /* that reached it */
	uint32_t label_count; /* 0: any */
	const uint32_t *labels;
};

/* Whose rights count for what a view reads. */
struct view_owner {
	uint32_t view;
	const struct role_set *who;
};

struct walk {
	const struct plan *plan;
	const struct catalog *catalog;
	const struct role_set *user; /* who runs the statement */
	const struct role_set *who;  /* whose rights count for the node at hand */
	VEC(struct view_owner) owners;
	struct arena *arena;
	struct error *error;
	uint32_t at; /* of what is looked at, in the text; AT_NONE, as always in SQL */
	VEC(struct known) known;
};

static struct acl_target target_of(enum element element, uint32_t label)
{
	return (struct acl_target){ element == ELEMENT_NODE ? ACL_NODE : ACL_EDGE, label };
}

enum sqlstate access_check(const struct catalog *c, struct acl_target target, uint32_t bits,
	const struct role_set *who, struct error *e)
{
	if ((acl_allowed(c, target, who) & bits) == bits)
		return OK;
	return acl_denied(c, target, e);
}

/* The view's owner; what nobody owns is a superuser's. */
static const struct role_set *owner_rights(struct walk *w, uint32_t view)
{
	struct role_set *who = ARENA_NEW(w->arena, struct role_set);
	struct acl *acl = ARENA_NEW(w->arena, struct acl);
	struct role owner;

	acl_find(w->catalog, (struct acl_target){ ACL_OBJECT, view }, acl);
	if (acl->owner == 0)
		who->is_superuser = true;
	else if (role_get(w->catalog, acl->owner, &owner))
		role_set_of(w->catalog, owner.name, who);
	return who;
}

static const struct role_set *rights_in(struct walk *w, uint32_t view)
{
	struct view_owner made = { .view = view };

	if (view == NAME_NONE)
		return w->user;
	for (size_t i = 0; i < w->owners.count; i++) {
		if (w->owners.at[i].view == view)
			return w->owners.at[i].who;
	}
	made.who = owner_rights(w, view);
	VEC_PUSH(&w->owners, made);
	return made.who;
}

/* The rights to the views themselves. */
static enum sqlstate need_views(struct walk *w)
{
	static const uint32_t bits[] = { [RIGHT_SELECT] = PRIVILEGE_SELECT,
		[RIGHT_INSERT] = PRIVILEGE_INSERT,
		[RIGHT_UPDATE] = PRIVILEGE_UPDATE,
		[RIGHT_DELETE] = PRIVILEGE_DELETE };

	for (uint32_t i = 0; i < w->plan->view_use_count; i++) {
		const struct plan_view_use *use = &w->plan->view_uses[i];

		TRY(access_check(w->catalog, (struct acl_target){ ACL_OBJECT, use->view },
			bits[use->right], rights_in(w, use->within), w->error));
	}
	return OK;
}

/* True if the plan may reach the graph by a pattern that names no label. */
static bool is_in_plan(const struct walk *w, uint32_t graph)
{
	if (w->plan->graph_count == 0 || w->plan->graph_count > PLAN_GRAPHS_MOST)
		return true;
	for (uint32_t i = 0; i < w->plan->graph_count; i++) {
		if (w->plan->graphs[i] == graph)
			return true;
	}
	return false;
}

/* The right to all labels there are in a graph, and to its nodes that have none: for another graph
   than main that is the right to its membership. */
static enum sqlstate check_elements(const struct catalog *c, enum element element, uint32_t graph,
	uint32_t bits, const struct role_set *who, struct error *e)
{
	enum name_kind kind = element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;

	for (uint32_t id = 1; id <= catalog_name_count(c, kind); id++) {
		if (catalog_label(c, element, id) != NULL &&
			catalog_graph_of(c, element, id) == graph)
			TRY(access_check(c, target_of(element, id), bits, who, e));
	}
	if (element == ELEMENT_EDGE || graph != GRAPH_MAIN)
		return OK;
	return access_check(c, target_of(element, NAME_NONE), bits, who, e);
}

enum sqlstate access_check_graph(const struct catalog *c, uint32_t graph, uint32_t bits,
	const struct role_set *who, struct error *e)
{
	TRY(check_elements(c, ELEMENT_NODE, graph, bits, who, e));
	return check_elements(c, ELEMENT_EDGE, graph, bits, who, e);
}

static enum sqlstate need_graph(struct walk *w, enum element element, uint32_t graph, uint32_t bits)
{
	return check_elements(w->catalog, element, graph, bits, w->who, w->error);
}

static enum sqlstate need(struct walk *w, enum element element, uint32_t label, uint32_t bits)
{
	if (element == ELEMENT_NODE && catalog_is_membership(w->catalog, label))
		return need_graph(w, element, label, bits);
	return access_check(w->catalog, target_of(element, label), bits, w->who, w->error);
}

/* The right to all labels of the plan's graphs. */
static enum sqlstate need_all(struct walk *w, enum element element, uint32_t bits)
{
	uint32_t count = catalog_name_count(w->catalog, NAME_NODE_LABEL);

	if (is_in_plan(w, GRAPH_MAIN))
		TRY(need_graph(w, element, GRAPH_MAIN, bits));
	for (uint32_t id = 1; id <= count && catalog_has_graphs(w->catalog); id++) {
		if (catalog_is_membership(w->catalog, id) && is_in_plan(w, id))
			TRY(need_graph(w, element, id, bits));
	}
	return OK;
}

static enum sqlstate need_labels(struct walk *w, const struct known *k, uint32_t bits)
{
	if (k->label_count == 0)
		return need_all(w, k->element, bits);
	for (uint32_t i = 0; i < k->label_count; i++)
		TRY(need(w, k->element, k->labels[i], bits));
	return OK;
}

static void blame_slot(struct walk *w, uint32_t slot)
{
	w->at = slot == SLOT_NONE ? AT_NONE : w->plan->slot_places[slot];
}

static void blame(struct walk *w, const struct bound *b)
{
	w->at = b->is_sql ? AT_NONE : b->at;
}

static struct known *find(struct walk *w, uint32_t slot)
{
	for (size_t i = w->known.count; i > 0; i--) {
		if (w->known.at[i - 1].slot == slot)
			return &w->known.at[i - 1];
	}
	return NULL;
}

static void know(struct walk *w, uint32_t slot, enum element element, uint32_t count,
	const uint32_t *labels)
{
	struct known k = { slot, element, false, w->who, count, labels };

	if (slot != SLOT_NONE)
		VEC_PUSH(&w->known, k);
}

/* A node is reached without a label: a test above may still say one. */
static enum sqlstate reach(struct walk *w, uint32_t slot)
{
	struct known k = { slot, ELEMENT_NODE, true, w->who, 0, NULL };

	if (slot == SLOT_NONE)
		return need_all(w, ELEMENT_NODE, PRIVILEGE_SELECT);
	if (find(w, slot) == NULL)
		VEC_PUSH(&w->known, k);
	return OK;
}

/* What is still pending gets no test any more. */
static enum sqlstate settle(struct walk *w, size_t from)
{
	for (size_t i = from; i < w->known.count; i++) {
		if (!w->known.at[i].is_pending)
			continue;
		w->known.at[i].is_pending = false;
		w->who = w->known.at[i].who;
		blame_slot(w, w->known.at[i].slot);
		TRY(need_all(w, w->known.at[i].element, PRIVILEGE_SELECT));
	}
	return OK;
}

/* ---- tests ---- */

/* The labels of which an element that passes has at least one; 0 if that cannot be said. */
static uint32_t labels_of(struct walk *w, const struct bound_label *l, const uint32_t **out)
{
	uint32_t *labels;

	if (l->kind == LABEL_NAME) {
		labels = ARENA_NEW(w->arena, uint32_t);
		*labels = l->label;
		*out = labels;
		return 1;
	}
	if (l->kind == LABEL_AND)
		return labels_of(w, l->parts[0], out);
	if (l->kind != LABEL_OR)
		return 0;
	labels = ARENA_ARRAY(w->arena, uint32_t, l->part_count);
	for (uint32_t i = 0; i < l->part_count; i++) {
		if (l->parts[i]->kind != LABEL_NAME)
			return 0;
		labels[i] = l->parts[i]->label;
	}
	*out = labels;
	return l->part_count;
}

static enum sqlstate take_test(struct walk *w, const struct bound *b)
{
	const uint32_t *labels = NULL;
	struct known *k;
	uint32_t count;

	if (b->kind == BOUND_AND) {
		for (uint32_t i = 0; i < b->arg_count; i++)
			TRY(take_test(w, b->args[i]));
		return OK;
	}
	if (b->kind != BOUND_LABEL_TEST || b->args[0]->kind != BOUND_SLOT)
		return OK;
	k = find(w, b->args[0]->index);
	count = labels_of(w, b->label, &labels);
	if (k == NULL || !k->is_pending || count == 0)
		return OK;
	k->is_pending = false;
	k->label_count = count;
	k->labels = labels;
	w->who = k->who;
	blame_slot(w, k->slot);
	return need_labels(w, k, PRIVILEGE_SELECT);
}

/* ---- reads ---- */

static enum sqlstate read_label(
	struct walk *w, uint32_t slot, enum element element, uint32_t count, const uint32_t *labels)
{
	struct known k = { slot, element, false, w->who, count, labels };

	know(w, slot, element, count, labels);
	if (slot != SLOT_NONE)
		blame_slot(w, slot);
	return need_labels(w, &k, PRIVILEGE_SELECT);
}

static const uint32_t *one_label(struct walk *w, uint32_t label)
{
	uint32_t *copy = ARENA_NEW(w->arena, uint32_t);

	*copy = label;
	return copy;
}

static enum sqlstate read_edges(struct walk *w, uint32_t slot, uint32_t label, uint32_t source,
	uint32_t target)
{
	TRY(read_label(w, slot, ELEMENT_EDGE, label != NAME_NONE, one_label(w, label)));
	TRY(reach(w, source));
	return reach(w, target);
}

static enum sqlstate read_index(struct walk *w, const struct plan_node *n)
{
	const struct index_info *info = catalog_index(w->catalog, n->index_scan.index);
	uint32_t label = info == NULL ? NAME_NONE : info->label;

	if (n->index_scan.element == ELEMENT_EDGE)
		return read_edges(w, n->index_scan.slot, label, n->index_scan.source_slot,
			n->index_scan.target_slot);
	return read_label(w, n->index_scan.slot, ELEMENT_NODE, label != NAME_NONE,
		one_label(w, label));
}

static enum sqlstate read_procedure(struct walk *w, const struct plan_node *n)
{
	if (strncmp(n->procedure.procedure->name, "db.", 3) == 0)
		return OK;
	w->at = n->procedure.at;
	TRY(need_all(w, ELEMENT_NODE, PRIVILEGE_SELECT));
	TRY(need_all(w, ELEMENT_EDGE, PRIVILEGE_SELECT));
	if (!n->procedure.procedure->is_write)
		return OK;
	TRY(need_all(w, ELEMENT_NODE, PRIVILEGE_UPDATE));
	return need_all(w, ELEMENT_EDGE, PRIVILEGE_UPDATE);
}

/* Passwords' verifiers are for superusers. */
static enum sqlstate read_relation(struct walk *w, const struct plan_node *n)
{
	const char *name = n->relation.relation->name;

	if (w->who->is_superuser ||
		(strcmp(name, "pg_authid") != 0 && strcmp(name, "pg_shadow") != 0))
		return OK;
	return FAIL(w->error, E_PRIVILEGE, "permission denied for table %s", name);
}

/* ---- writes ---- */

static enum sqlstate write_label(
	struct walk *w, enum element element, const struct plan_name *name, uint32_t bits)
{
	struct acl_target schema = { ACL_SCHEMA,
		catalog_graph_find(w->catalog, graph_of_name(name->name)) };

	if (name->id != NAME_NONE)
		return need(w, element, name->id, bits);
	return access_check(w->catalog, schema, PRIVILEGE_CREATE, w->who, w->error);
}

static enum sqlstate write_creates(
	struct walk *w, uint32_t count, const struct plan_create *creates)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct plan_create *c = &creates[i];
		uint32_t *labels = ARENA_ARRAY(w->arena, uint32_t, c->label_count + 1);
		uint32_t bare = NAME_NONE, written = c->label_count;

		blame_slot(w, c->slot);
		/* the membership is the last label, and stands for having none */
		if (written > 0 && c->element == ELEMENT_NODE &&
			catalog_is_membership(w->catalog, c->labels[written - 1].id))
			bare = c->labels[--written].id;
		for (uint32_t j = 0; j < written; j++) {
			TRY(write_label(w, c->element, &c->labels[j], PRIVILEGE_INSERT));
			labels[j] = c->labels[j].id;
		}
		if (written == 0)
			TRY(access_check(w->catalog, target_of(c->element, bare), PRIVILEGE_INSERT,
				w->who, w->error));
		labels[written] = bare;
		know(w, c->slot, c->element, MAX_OF(written, 1u), labels);
	}
	return OK;
}

/* What the expression's element is known by; all labels of both kinds if nothing is. */
static enum sqlstate write_element(struct walk *w, const struct bound *b, uint32_t bits)
{
	const struct known *k = b->kind == BOUND_SLOT ? find(w, b->index) : NULL;

	blame(w, b);
	if (k != NULL)
		return need_labels(w, k, bits);
	if (b->type.kind != TYPE_EDGE)
		TRY(need_all(w, ELEMENT_NODE, bits));
	return b->type.kind == TYPE_NODE ? OK : need_all(w, ELEMENT_EDGE, bits);
}

static enum sqlstate write_sets(struct walk *w, uint32_t count, const struct plan_set *items)
{
	for (uint32_t i = 0; i < count; i++) {
		TRY(write_element(w, items[i].target, PRIVILEGE_UPDATE));
		for (uint32_t j = 0; j < items[i].label_count; j++)
			TRY(write_label(w, items[i].element, &items[i].labels[j],
				PRIVILEGE_UPDATE));
	}
	return OK;
}

static enum sqlstate write_deletes(struct walk *w, const struct plan_node *n)
{
	for (uint32_t i = 0; i < n->remove.count; i++)
		TRY(write_element(w, n->remove.exprs[i], PRIVILEGE_DELETE));
	/* The edges of a node go with it, whatever their labels. */
	return n->remove.is_detach ? need_all(w, ELEMENT_EDGE, PRIVILEGE_DELETE) : OK;
}

/* ---- the walk ---- */

/* A slot under another number stays what it is. */
static void take_projections(struct walk *w, const struct plan_node *n)
{
	for (uint32_t i = 0; i < n->project.count; i++) {
		const struct plan_output *o = &n->project.outputs[i];
		const struct known *k =
			o->expr->kind == BOUND_SLOT ? find(w, o->expr->index) : NULL;

		if (k != NULL)
			know(w, o->slot, k->element, k->label_count, k->labels);
	}
}

/* What lies between may be anything. */
static enum sqlstate read_search(struct walk *w, const struct plan_node *n)
{
	const struct search *program = n->search.program;

	w->at = n->search.at;
	/* Steps over rows are subplans, which say what they read. */
	if (program->hop_count + 1 < program->state_count)
		TRY(need_all(w, ELEMENT_NODE, PRIVILEGE_SELECT));
	for (uint32_t i = 1; i < program->state_count; i++) {
		if (!program->states[i].is_nothing && program->states[i].hop == SEARCH_NONE)
			TRY(read_label(w, SLOT_NONE, ELEMENT_EDGE, program->states[i].label_count,
				program->states[i].labels));
	}
	return OK;
}

static enum sqlstate read_node(struct walk *w, const struct plan_node *n)
{
	switch (n->kind) {
	case PLAN_NODE_SCAN:
		if (n->node_scan.is_nothing)
			return OK;
		if (n->node_scan.label == NAME_NONE)
			return reach(w, n->node_scan.slot);
		return read_label(w, n->node_scan.slot, ELEMENT_NODE, 1,
			one_label(w, n->node_scan.label));
	case PLAN_EDGE_SCAN:
		return read_edges(w, n->edge_scan.slot, n->edge_scan.label,
			n->edge_scan.source_slot, n->edge_scan.target_slot);
	case PLAN_INDEX_SCAN:
		return read_index(w, n);
	case PLAN_ID_SEEK:
		if (n->id_seek.element == ELEMENT_NODE)
			return reach(w, n->id_seek.slot);
		blame_slot(w, n->id_seek.slot);
		TRY(need_all(w, ELEMENT_NODE, PRIVILEGE_SELECT));
		return read_label(w, n->id_seek.slot, ELEMENT_EDGE, 0, NULL);
	case PLAN_EXPAND:
		w->at = n->expand.at;
		TRY(read_label(w, n->expand.edge_slot, ELEMENT_EDGE, n->expand.label_count,
			n->expand.labels));
		return n->expand.target_is_bound ? OK : reach(w, n->expand.target_slot);
	case PLAN_VAR_EXPAND:
	case PLAN_SHORTEST:
		/* What lies between may be anything. */
		w->at = n->var_expand.at;
		TRY(need_all(w, ELEMENT_NODE, PRIVILEGE_SELECT));
		return read_label(w, n->var_expand.edges_slot, ELEMENT_EDGE,
			n->var_expand.label_count, n->var_expand.labels);
	case PLAN_SEARCH:
		return read_search(w, n);
	case PLAN_PROCEDURE:
		return read_procedure(w, n);
	default:
		assert(n->kind == PLAN_RELATION);
		return read_relation(w, n);
	}
}

static enum sqlstate write_node(struct walk *w, const struct plan_node *n)
{
	switch (n->kind) {
	case PLAN_INSERT:
		return write_creates(w, n->insert.count, n->insert.creates);
	case PLAN_MERGE:
		TRY(write_creates(w, n->merge.count, n->merge.creates));
		TRY(write_sets(w, n->merge.on_create_count, n->merge.on_create));
		return write_sets(w, n->merge.on_match_count, n->merge.on_match);
	case PLAN_SET:
		return write_sets(w, n->set_items.count, n->set_items.items);
	default:
		assert(n->kind == PLAN_DELETE);
		return write_deletes(w, n);
	}
}

static enum sqlstate walk(struct walk *w, const struct plan_node *n);

static enum sqlstate walk_children(struct walk *w, const struct plan_node *n)
{
	size_t before = w->known.count;

	if (n->input != NULL)
		TRY(walk(w, n->input));
	for (uint32_t i = 0; n->kind != PLAN_RECURSIVE && i < plan_branch_count(n); i++) {
		TRY(walk(w, plan_branch(n, i)));
		TRY(settle(w, before));
	}
	if (n->other == NULL)
		return OK;
	before = w->known.count;
	TRY(walk(w, n->other));
	/* A join's other side may be tested above it; a subplan ends where it is. */
	return n->kind == PLAN_HASH_JOIN || n->kind == PLAN_OPTIONAL ? OK : settle(w, before);
}

static enum sqlstate walk(struct walk *w, const struct plan_node *n)
{
	TRY(walk_children(w, n));
	w->who = rights_in(w, n->view);
	w->at = AT_NONE;
	switch (n->kind) {
	case PLAN_NODE_SCAN:
	case PLAN_EDGE_SCAN:
	case PLAN_INDEX_SCAN:
	case PLAN_ID_SEEK:
	case PLAN_EXPAND:
	case PLAN_VAR_EXPAND:
	case PLAN_SHORTEST:
	case PLAN_SEARCH:
	case PLAN_PROCEDURE:
	case PLAN_RELATION:
		return read_node(w, n);
	case PLAN_FILTER:
		return take_test(w, n->filter.predicate);
	case PLAN_PROPERTIES:
	case PLAN_DIFFERENT_EDGES:
	case PLAN_HASH_JOIN:
	case PLAN_OPTIONAL:
	case PLAN_APPLY:
	case PLAN_UNWIND:
	case PLAN_ARGUMENT:
	case PLAN_ONE_ROW:
	case PLAN_VALUES:
		return OK; /* a test may still come above */
	case PLAN_INSERT:
	case PLAN_MERGE:
	case PLAN_SET:
	case PLAN_DELETE:
		TRY(settle(w, 0));
		return write_node(w, n);
	case PLAN_PROJECT:
		TRY(settle(w, 0));
		take_projections(w, n);
		return OK;
	default:
		return settle(w, 0);
	}
}

enum sqlstate access_check_plan(struct arena *a, const struct plan *plan, const struct catalog *c,
	const struct role_set *who, struct error *e)
{
	struct walk w = { .plan = plan,
		.catalog = c,
		.user = who,
		.who = who,
		.arena = a,
		.at = AT_NONE,
		.error = e };
	enum sqlstate rc;

	if (who->is_superuser)
		return OK;
	rc = need_views(&w);
	if (rc == OK)
		rc = walk(&w, plan->root);
	if (rc == OK)
		rc = settle(&w, 0);
	if (rc != OK && e->byte_offset < 0)
		e->byte_offset = (int)w.at;
	VEC_FREE(&w.known);
	VEC_FREE(&w.owners);
	return rc;
}
