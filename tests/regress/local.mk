TESTS += %D%/run.sh
REGRESS_FILES = \
	%D%/queries/catalog.cypher %D%/expected/catalog.out \
	%D%/queries/copy.cypher %D%/expected/copy.out \
	%D%/queries/decimals.cypher %D%/expected/decimals.out \
	%D%/queries/declared_types.cypher %D%/expected/declared_types.out \
	%D%/queries/edge_pairs.cypher %D%/expected/edge_pairs.out \
	%D%/queries/not_null.cypher %D%/expected/not_null.out \
	%D%/queries/errors.cypher %D%/expected/errors.out \
	%D%/queries/expression_indexes.cypher %D%/expected/expression_indexes.out \
	%D%/queries/expressions.cypher %D%/expected/expressions.out \
	%D%/queries/generated.cypher %D%/expected/generated.out \
	%D%/queries/graphs.cypher %D%/expected/graphs.out \
	%D%/queries/graph_types.cypher %D%/expected/graph_types.out \
	%D%/queries/explain_execute.cypher %D%/expected/explain_execute.out \
	%D%/queries/explain_json.cypher %D%/expected/explain_json.out \
	%D%/queries/first.cypher %D%/expected/first.out \
	%D%/queries/observed.cypher %D%/expected/observed.out \
	%D%/queries/procedures.cypher %D%/expected/procedures.out \
	%D%/queries/patterns.cypher %D%/expected/patterns.out \
	%D%/queries/joins.cypher %D%/expected/joins.out \
	%D%/queries/subqueries.cypher %D%/expected/subqueries.out \
	%D%/queries/tables.cypher %D%/expected/tables.out \
	%D%/queries/path_search.cypher %D%/expected/path_search.out \
	%D%/queries/repeated_paths.cypher %D%/expected/repeated_paths.out \
	%D%/queries/psql_commands.cypher %D%/expected/psql_commands.out \
	%D%/queries/places.cypher %D%/expected/places.out \
	%D%/queries/psql.cypher %D%/expected/psql.out \
	%D%/queries/session_parameters.cypher %D%/expected/session_parameters.out \
	%D%/queries/retype.cypher %D%/expected/retype.out \
	%D%/queries/temporal.cypher %D%/expected/temporal.out \
	%D%/queries/analyze.cypher %D%/expected/analyze.out \
	%D%/queries/transactions.cypher %D%/expected/transactions.out \
	%D%/queries/types.cypher %D%/expected/types.out \
	%D%/queries/user_procedures.cypher %D%/expected/user_procedures.out \
	%D%/queries/property_graph_catalogs.cypher %D%/expected/property_graph_catalogs.out \
	%D%/queries/property_graph_changes.cypher %D%/expected/property_graph_changes.out \
	%D%/queries/property_graph_paths.cypher %D%/expected/property_graph_paths.out \
	%D%/queries/property_graphs.cypher %D%/expected/property_graphs.out \
	%D%/queries/views.cypher %D%/expected/views.out \
	%D%/queries/windows.cypher %D%/expected/windows.out \
	%D%/queries/writes.cypher %D%/expected/writes.out
EXTRA_DIST += %D%/run.sh $(REGRESS_FILES)

# Rewrites the expected files from what the server answers now; review the diff like code.
.PHONY: check-accept
check-accept: all
	@$(AM_TESTS_ENVIRONMENT) ACCEPT=1 $(SHELL) $(srcdir)/tests/regress/run.sh
