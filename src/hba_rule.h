/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The insides of rules, for hba_read.c, which makes them, and hba.c, which finds and shows them.
 */
#ifndef SRC_HBA_RULE_H
#define SRC_HBA_RULE_H

#include <stdint.h>

#include "base/arena.h"
#include "src/auth_file.h"
#include "src/hba.h"

#define HBA_ADDRESS_BYTES 16

enum hba_type { HBA_LOCAL, HBA_HOST, HBA_HOSTSSL, HBA_HOSTNOSSL, HBA_HOSTNOGSSENC };

enum hba_from { FROM_ALL, FROM_SAME_HOST, FROM_SAME_NET, FROM_RANGE, FROM_NAME };

struct hba_rule {
	struct hba_rule *next;
	const char *fault, *hint; /* what is wrong with it; NULL: nothing */
	enum hba_type type;
	struct auth_word *databases, *users, *options;
	enum hba_from from;
	const char *host; /* FROM_NAME; with a dot at the beginning: all that end so */
	int family;	  /* FROM_RANGE */
	uint8_t address[HBA_ADDRESS_BYTES], mask[HBA_ADDRESS_BYTES];
	struct hba_verdict verdict;
};

struct hba {
	struct arena *arena;
	struct hba_rule *first, **last;
};

/* In the order of their enums. */
extern const char *const hba_type_names[];
extern const char *const hba_method_names[];

/* The first `bits` are ones. */
void hba_fill_mask(uint8_t mask[HBA_ADDRESS_BYTES], int bits);

#endif
