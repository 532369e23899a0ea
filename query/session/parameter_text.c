/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Parameters whose text is a name: only the catalog knows what it stands for.
 */
#include "query/eval/eval.h"
#include "query/eval/typed_text.h"
#include "query/session/session.h"
#include "query/type/type.h"

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

static enum sqlstate read_name(
	struct query_portal *p, struct type type, struct value *v, struct error *e)
{
	struct eval eval = { .arena = p->arena,
		.lasting = p->arena,
		.txn = p->session->txn,
		.settings = p->session->settings,
		.session = &p->session->about };
	struct bound name = { .type = type_make(TYPE_STRING) };
	const struct bound *args[1] = { &name };
	struct bound cast = { .kind = BOUND_CAST, .args = args, .arg_count = 1, .type = type };

	return eval_cast_bound(&eval, &cast, *v, v, e);
}

enum sqlstate portal_read_names(struct query_portal *p, struct value *parameters, struct error *e)
{
	for (uint32_t i = 0; i < p->parameter_count; i++) {
		struct type type = p->prepared->description.parameters[i];

		if (parameters[i].type == VALUE_STRING && type_is_reg(type))
			TRY(read_name(p, type, &parameters[i], e));
	}
	return OK;
}
