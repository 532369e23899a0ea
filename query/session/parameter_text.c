/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Parameters whose text is a name: only the catalog knows what it stands for.
 */
#include "query/eval/typed_text.h"
#include "query/session/session.h"

enum sqlstate query_value_read(struct query_session *s, struct type type, struct str text,
	struct arena *a, struct value *out, struct error *e)
{
	struct eval eval = {
		.arena = a, .lasting = a, .settings = s->settings, .session = &s->about
	};

	if (s->state == TRANSACTION_FAILED)
		return FAIL(e, E_IN_FAILED_TRANSACTION,
			"current transaction is aborted, commands ignored until end of "
			"transaction block");
	TRY(transaction_ensure(s, s->is_autocommit, e));
	eval.txn = s->txn;
	return eval_take_named(&eval, text, type, out, e);
}
