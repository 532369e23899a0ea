/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Assertions and the compiler attributes that the house uses.
 *
 * assert() is ours: it is always compiled in and must be cheap. A failed one is a bug, never a bad
 * input; it panics, and the write-ahead log makes the crash safe. assert_slow() may walk whole
 * structures and runs only in developer builds.
 */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first)))
#define NORETURN __attribute__((noreturn))
#define COLD __attribute__((cold, noinline))
#define NOINLINE __attribute__((noinline))
#define UNUSED __attribute__((unused))
#define FALLTHROUGH __attribute__((fallthrough))
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MIN_OF(a, b) ((a) < (b) ? (a) : (b))
#define MAX_OF(a, b) ((a) > (b) ? (a) : (b))
#define static_assert _Static_assert

/* Prints the expression, the place, the thread and the locks it holds to stderr, then aborts. */
NORETURN COLD void check_failed(const char *expression, const char *file, int line);

/* A fault that must stop the process (a failed sync, exhausted memory): says why, then aborts. */
NORETURN COLD void check_panic(const char *file, int line, const char *format, ...)
	PRINTF_LIKE(3, 4);

#undef assert
#define assert(e) (LIKELY(e) ? (void)0 : check_failed(#e, __FILE__, __LINE__))
#define unreachable() check_failed("unreachable", __FILE__, __LINE__)
#define PANIC(...) check_panic(__FILE__, __LINE__, __VA_ARGS__)

#ifdef ENABLE_SLOW_ASSERT
#define assert_slow(e) assert(e)
#else
#define assert_slow(e) ((void)0)
#endif

#endif
