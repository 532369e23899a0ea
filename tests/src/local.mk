if HAVE_CHECK
check_PROGRAMS += tests/src/check_src
TESTS += tests/src/check_src
endif
if HAVE_LIBPQ
check_PROGRAMS += tests/src/types
endif
tests_src_types_SOURCES = %D%/types.c
tests_src_types_CFLAGS = $(AM_CFLAGS) $(LIBPQ_CFLAGS)
tests_src_types_LDADD = pgwire/libpgwire.a base/libbase.a $(LIBPQ_LIBS) $(OPENSSL_LIBS)
TESTS += %D%/types.sh %D%/access.sh %D%/busy_schema.sh %D%/care.sh %D%/dump.sh %D%/roles.sh %D%/watch.sh %D%/damage.sh %D%/deep.sh
EXTRA_DIST += %D%/types.sh %D%/access.sh %D%/busy_schema.sh %D%/care.sh %D%/dump.sh %D%/roles.sh %D%/watch.sh %D%/damage.sh %D%/deep.sh
# The query layer is a fake but for what reads JSON; of storage only the values are linked.
tests_src_check_src_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS) $(OPENSSL_CFLAGS)
tests_src_check_src_LDADD = pgwire/libpgwire.a storage/libstorage.a base/libbase.a $(OPENSSL_LIBS) $(CHECK_LIBS)
tests_src_check_src_SOURCES = \
	%D%/check_src.c %D%/suites.h \
	%D%/fake.h %D%/fake_query.c %D%/loopback.h %D%/loopback.c \
	%D%/check_client.c \
	%D%/check_config.c \
	%D%/check_follow.c \
	%D%/check_hba.c \
	%D%/check_ident.c \
	%D%/check_registry.c \
	src/access.c src/auth_file.c src/auth_regex.c \
	src/client.c src/client_care.c src/client_copy.c src/client_extended.c src/client_portal.c \
	src/client_account.c src/client_outcome.c src/client_settings.c src/client_tell_locks.c src/client_tell_rules.c src/counters.c src/statements.c \
	src/client_notify.c src/client_tell.c src/client_simple.c src/client_start.c \
	src/config.c src/follow.c src/hba.c src/hba_read.c src/ident.c src/registry.c src/result.c query/eval/json_tree.c
