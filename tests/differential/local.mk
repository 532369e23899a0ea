TESTS += %D%/run.sh %D%/postgres.sh
EXTRA_DIST += %D%/README.md %D%/run.sh %D%/postgres.sh \
	%D%/arrays.sql %D%/arrays.out \
	%D%/assigning_rows.sql %D%/assigning_rows.out \
	%D%/generated.sql %D%/generated.out \
	%D%/comments.sql %D%/comments.out \
	%D%/copying.sql %D%/copying.out \
	%D%/date_styles.sql %D%/date_styles.out \
	%D%/errors.sql %D%/errors.out \
	%D%/expressions.sql %D%/expressions.out \
	%D%/formats.sql %D%/formats.out \
	%D%/functions.sql %D%/functions.out \
	%D%/grouped_subqueries.sql %D%/grouped_subqueries.out \
	%D%/index_expressions.sql %D%/index_expressions.out \
	%D%/intervals.sql %D%/intervals.out \
	%D%/json.sql %D%/json.out \
	%D%/json_path.sql %D%/json_path.out \
	%D%/looking_after.sql %D%/looking_after.out \
	%D%/made_of_queries.sql %D%/made_of_queries.out \
	%D%/mapped.sql %D%/mapped.out \
	%D%/migrations.sql %D%/migrations.out \
	%D%/moments.sql %D%/moments.out \
	%D%/rewriting.sql %D%/rewriting.out \
	%D%/select.sql %D%/select.out \
	%D%/settings.sql %D%/settings.out \
	%D%/strings.sql %D%/strings.out \
	%D%/tables.sql %D%/tables.out \
	%D%/valid_until.sql %D%/valid_until.out \
	%D%/view_names.sql %D%/view_names.out \
	%D%/view_writing.sql %D%/view_writing.out \
	%D%/views.sql %D%/views.out \
	%D%/writing.sql %D%/writing.out \
	%D%/advisory.sql %D%/advisory.out \
	%D%/clients.sql %D%/clients.out \
	%D%/privilege_questions.sql %D%/privilege_questions.out \
	%D%/relational.sql %D%/relational.out
