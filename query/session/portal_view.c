/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What a portal sees. Under READ COMMITTED each statement moves the transaction's snapshot; a read
 * that is still open when the next statement begins keeps the one it had, in a view of the storage
 * layer, and every look through the portal is taken with that view in the transaction's place. A
 * portal that nothing follows costs nothing.
 */
#include "query/session/session.h"

/* Portals that may read on: of this transaction, not at their end, and none that runs whole. */
static bool reads_on(const struct query_portal *p)
{
	return p->epoch == p->session->epoch && !p->is_done && !p->is_held && p->plan != NULL &&
	       !p->plan->is_write;
}

enum sqlstate session_hold_views(struct query_session *s, struct error *e)
{
	if (s->isolation != ISOLATION_READ_COMMITTED)
		return OK;
	for (struct query_portal *p = s->portals; p != NULL; p = p->next) {
		if (p->view == NULL && reads_on(p))
			TRY(txn_view_hold(s->txn, &p->view, e));
	}
	return OK;
}

bool session_is_read(const struct query_session *s)
{
	for (const struct query_portal *p = s->portals; p != NULL; p = p->next) {
		if (p->exec != NULL || p->view != NULL)
			return true;
	}
	return false;
}

void portal_view_swap(struct query_portal *p)
{
	if (p->view != NULL)
		txn_view_swap(p->session->txn, p->view);
}

void portal_view_release(struct query_portal *p)
{
	if (p->view != NULL)
		txn_view_release(p->session->txn, p->view);
	p->view = NULL;
}
