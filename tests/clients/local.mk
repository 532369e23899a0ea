if HAVE_LIBPQ
check_PROGRAMS += tests/clients/libpq/app
endif
tests_clients_libpq_app_SOURCES = %D%/libpq/app.c
tests_clients_libpq_app_CFLAGS = $(AM_CFLAGS) $(LIBPQ_CFLAGS)
tests_clients_libpq_app_LDADD = $(LIBPQ_LIBS)
TESTS += %D%/native.sh %D%/pgbench.sh
EXTRA_DIST += %D%/run.sh %D%/native.sh %D%/pgbench.sh %D%/steps.py %D%/psql/app.sh \
	%D%/psycopg2/app.py %D%/psycopg2/requirements.txt \
	%D%/psycopg3/app.py %D%/psycopg3/requirements.txt \
	%D%/asyncpg/app.py %D%/asyncpg/requirements.txt \
	%D%/node-postgres/app.js %D%/node-postgres/package.json %D%/node-postgres/package-lock.json
