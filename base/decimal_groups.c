/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Decimals as groups of four digits, which is how PostgreSQL's numeric crosses the wire in binary.
 * Groups are cut at the point: one of weight 0 holds the last four digits before it, one of weight
 * -1 the first four behind it. All digits at once go through a text, which GMP makes and reads in far
 * fewer steps than one division or multiplication for each group would take.
 */
#include <string.h>

#include "base/decimal_number.h"

enum { GROUP_DIGITS = 4, GROUP_BASE = 10000 };

/* Digits, most significant first, cut into `count` groups; the first may have fewer than four. */
static void cut_digits(const char *digits, size_t length, uint16_t *groups, uint32_t count)
{
	size_t taken = length - (size_t)(count - 1) * GROUP_DIGITS, at = 0;

	for (uint32_t i = 0; i < count; i++, taken = GROUP_DIGITS) {
		uint32_t group = 0;

		for (size_t end = at + taken; at < end; at++)
			group = group * 10 + (uint32_t)(digits[at] - '0');
		groups[i] = (uint16_t)group;
	}
}

void decimal_to_groups(struct buf *room, const struct decimal *d, struct decimal_groups *out)
{
	uint32_t padding = (GROUP_DIGITS - d->scale % GROUP_DIGITS) % GROUP_DIGITS;
	uint32_t behind = (d->scale + padding) / GROUP_DIGITS, count, capacity;
	mpz_t view, rest;
	uint16_t *groups;
	size_t length;
	char *digits;

	*out = (struct decimal_groups){
		.kind = d->kind, .is_negative = d->is_negative, .scale = d->scale
	};
	if (d->kind != DECIMAL_FINITE || d->limb_count == 0)
		return;
	mpz_init(rest);
	decimal_power(rest, padding);
	mpz_mul(rest, rest, decimal_view(view, d));
	mpz_abs(rest, rest);
	capacity = (uint32_t)(mpz_sizeinbase(rest, 10) / GROUP_DIGITS + 1);
	buf_reset(room);
	groups = (uint16_t *)buf_reserve(
		room, sizeof *groups * capacity + (size_t)capacity * GROUP_DIGITS + 2);
	digits = (char *)(groups + capacity);
	(void)mpz_get_str(digits, 10, rest);
	length = strlen(digits);
	count = (uint32_t)((length + GROUP_DIGITS - 1) / GROUP_DIGITS);
	assert(count <= capacity);
	cut_digits(digits, length, groups, count);
	mpz_clear(rest);
	out->weight = (int32_t)count - 1 - (int32_t)behind;
	out->groups = groups;
	while (out->groups[count - 1] == 0)
		count--;
	out->count = count;
}

static enum sqlstate whole_of_groups(mpz_t whole, const struct decimal_groups *g, struct error *e)
{
	struct buf digits = { 0 };
	char *at = (char *)buf_reserve(&digits, (size_t)g->count * GROUP_DIGITS + 2);
	enum sqlstate rc = OK;
	int bad;

	*at++ = '0'; /* of no groups */
	for (uint32_t i = 0; i < g->count; i++, at += GROUP_DIGITS) {
		uint32_t group = g->groups[i];

		if (group >= GROUP_BASE)
			TRY_GOTO(out, FAIL(e, E_BINARY_REPRESENTATION,
					      "invalid digit in external \"numeric\" value"));
		for (int place = GROUP_DIGITS - 1; place >= 0; place--, group /= 10)
			at[place] = (char)('0' + group % 10);
	}
	*at = '\0';
	bad = mpz_set_str(whole, (const char *)digits.data, 10);
	assert(bad == 0);
out:
	buf_free(&digits);
	return rc;
}

enum sqlstate decimal_of_groups(struct arena *a, const struct decimal_groups *g,
	const struct decimal **out, struct error *e)
{
	/* The digits behind the point that the groups have: negative, zeros before it are missing. */
	int64_t have = ((int64_t)g->count - 1 - g->weight) * GROUP_DIGITS;
	enum sqlstate rc;
	mpz_t whole, power;

	if (g->kind != DECIMAL_FINITE) {
		*out = decimal_special(a, g->kind, g->is_negative);
		return OK;
	}
	if (g->scale > DECIMAL_SCALE_MAX ||
		have < -(int64_t)DECIMAL_WHOLE_DIGITS_MAX - GROUP_DIGITS)
		return decimal_overflow(e);
	mpz_init(whole);
	mpz_init(power);
	TRY_GOTO(out, whole_of_groups(whole, g, e));
	if (have > g->scale) {
		decimal_cut(whole, (uint64_t)(have - g->scale), false);
	} else {
		decimal_power(power, (uint64_t)(g->scale - have));
		mpz_mul(whole, whole, power);
	}
	if (g->is_negative)
		mpz_neg(whole, whole);
	rc = decimal_make(a, whole, g->scale, out, e);
out:
	mpz_clear(power);
	mpz_clear(whole);
	return rc;
}
