/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Pins: see pin.h. The pins of a storage stand in a list under the lock `checkpoint`, which every
 * checkpoint holds from its beginning to the trimming of the log.
 */
#include "storage/txn/pin.h"

#include "base/check.h"
#include "storage/page/pager_state.h"
#include "storage/txn/archive.h"
#include "storage/txn/engine.h"

void pin_take(struct storage *s, struct storage_pin *pin)
{
	lock_checkpoint(&s->checkpoint);
	pin->superblock = s->pager->superblock;
	pin->next = s->pins;
	s->pins = pin;
	block_space_hold(&s->pager->space);
	unlock_checkpoint(&s->checkpoint);
}

void pin_release(struct storage *s, struct storage_pin *pin)
{
	struct storage_pin **at = &s->pins;

	lock_checkpoint(&s->checkpoint);
	while (*at != pin) {
		assert(*at != NULL);
		at = &(*at)->next;
	}
	*at = pin->next;
	block_space_let_go(&s->pager->space);
	unlock_checkpoint(&s->checkpoint);
}

uint64_t care_log_bound(struct storage *s, uint64_t lsn)
{
	for (const struct storage_pin *p = s->pins; p != NULL; p = p->next)
		lsn = MIN_OF(lsn, p->superblock.lsn);
	return MIN_OF(lsn, archive_lsn(&s->archive));
}
