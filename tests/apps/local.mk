# Run by ./runtests, for pip must fetch what they stand on.
EXTRA_DIST += %D%/README.md %D%/run.sh \
	%D%/django/app.sh %D%/django/app.py %D%/django/requirements.txt %D%/django/expected.out \
	%D%/django/walk.cypher %D%/django/walk.out %D%/django/manage.py \
	%D%/django/library/__init__.py %D%/django/library/settings.py %D%/django/library/urls.py \
	%D%/django/books/__init__.py %D%/django/books/admin.py %D%/django/books/models.py \
	%D%/django/books/migrations/__init__.py %D%/django/books/migrations/0001_initial.py \
	%D%/django/books/migrations/0002_first_rows.py \
	%D%/django/books/migrations/0003_everything_changes.py \
	%D%/django/books/migrations/0004_reviews.py \
	%D%/sqlalchemy/app.sh %D%/sqlalchemy/app.py %D%/sqlalchemy/models.py \
	%D%/sqlalchemy/requirements.txt %D%/sqlalchemy/alembic.ini %D%/sqlalchemy/expected.out \
	%D%/sqlalchemy/walk.cypher %D%/sqlalchemy/walk.out %D%/sqlalchemy/migrations/env.py \
	%D%/sqlalchemy/migrations/script.py.mako \
	%D%/sqlalchemy/migrations/versions/0001_first.py \
	%D%/sqlalchemy/migrations/versions/0002_changes.py
