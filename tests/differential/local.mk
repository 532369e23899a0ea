TESTS += %D%/run.sh %D%/postgres.sh
EXTRA_DIST += %D%/README.md %D%/run.sh %D%/postgres.sh %D%/tables.sql %D%/tables.out \
	%D%/select.sql %D%/select.out %D%/functions.sql %D%/functions.out %D%/errors.sql \
	%D%/errors.out %D%/mapped.sql %D%/mapped.out %D%/writing.sql %D%/writing.out \
	%D%/formats.sql %D%/formats.out %D%/moments.sql %D%/moments.out %D%/json.sql %D%/json.out \
	%D%/strings.sql %D%/strings.out %D%/views.sql %D%/views.out \
	%D%/view_writing.sql %D%/view_writing.out %D%/view_names.sql %D%/view_names.out \
	%D%/migrations.sql %D%/migrations.out %D%/rewriting.sql %D%/rewriting.out \
	%D%/expressions.sql %D%/expressions.out %D%/json_path.sql %D%/json_path.out \
	%D%/arrays.sql %D%/arrays.out %D%/copying.sql %D%/copying.out \
	%D%/settings.sql %D%/settings.out
