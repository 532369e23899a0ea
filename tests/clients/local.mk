if HAVE_LIBPQ
check_PROGRAMS += tests/clients/libpq/app
endif
tests_clients_libpq_app_SOURCES = %D%/libpq/app.c
tests_clients_libpq_app_CFLAGS = $(AM_CFLAGS) $(LIBPQ_CFLAGS)
tests_clients_libpq_app_LDADD = $(LIBPQ_LIBS)
TESTS += %D%/native.sh %D%/pgbench.sh %D%/pgbench_builtin.sh %D%/table.sh
EXTRA_DIST += %D%/pgbench_builtin.sh %D%/README.md %D%/run.sh %D%/install.sh %D%/report.sh %D%/native.sh %D%/pgbench.sh \
	%D%/table.sh %D%/application.sh %D%/steps.txt %D%/application.py %D%/application.js %D%/application.php \
	%D%/psql/app.sh %D%/psql/packages.txt \
	%D%/pgbench/app.sh %D%/pgbench/packages.txt \
	%D%/psycopg2/app.py %D%/psycopg2/requirements.txt \
	%D%/psycopg3/app.py %D%/psycopg3/requirements.txt \
	%D%/psycopg3-async/app.py %D%/psycopg3-async/requirements.txt \
	%D%/pg8000/app.py %D%/pg8000/requirements.txt \
	%D%/asyncpg/app.py %D%/asyncpg/requirements.txt \
	%D%/sqlalchemy/app.py %D%/sqlalchemy/requirements.txt \
	%D%/django/app.py %D%/django/requirements.txt \
	%D%/ruby-pg/app.rb %D%/ruby-pg/packages.txt \
	%D%/dbd-pg/app.pl %D%/dbd-pg/packages.txt \
	%D%/php-pgsql/app.php %D%/php-pgsql/packages.txt \
	%D%/php-pdo/app.php %D%/php-pdo/packages.txt \
	%D%/postgres.js/app.js %D%/postgres.js/package.json %D%/postgres.js/package-lock.json \
	%D%/pgbouncer/app.py %D%/pgbouncer/requirements.txt %D%/pgbouncer/packages.txt \
	%D%/pgbouncer/source.txt \
	%D%/psqlodbc/app.py %D%/psqlodbc/requirements.txt %D%/psqlodbc/packages.txt \
	%D%/pgx/main.go %D%/pgx/go.mod %D%/pgx/go.sum \
	%D%/lib-pq/main.go %D%/lib-pq/go.mod %D%/lib-pq/go.sum \
	%D%/tokio-postgres/src/main.rs %D%/tokio-postgres/Cargo.toml %D%/tokio-postgres/Cargo.lock \
	%D%/sqlx/src/main.rs %D%/sqlx/Cargo.toml %D%/sqlx/Cargo.lock \
	%D%/pgjdbc/App.java %D%/pgjdbc/pom.xml \
	%D%/r2dbc/App.java %D%/r2dbc/pom.xml \
	%D%/node-postgres/app.js %D%/node-postgres/package.json %D%/node-postgres/package-lock.json
