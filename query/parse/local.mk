query_libquery_a_SOURCES += \
	%D%/ast.h \
	%D%/ast_dump.c %D%/ast_dump.h \
	%D%/ast_dump_stmt.c \
	%D%/ast_names.h \
	%D%/ast_table.h \
	%D%/ast_query.h \
	%D%/ast_text.c \
	%D%/ast_text_query.c \
	%D%/ast_text_stmt.c \
	%D%/fingerprint.c %D%/fingerprint.h \
	%D%/keywords.def \
	%D%/lex.c %D%/lex.h \
	%D%/lex_value.c \
	%D%/parse.c %D%/parse.h \
	%D%/parse_ahead.c \
	%D%/parse_clause.c %D%/parse_clause.h \
	%D%/parse_command.c \
	%D%/parse_default.c \
	%D%/parse_dml.c \
	%D%/parse_merge_into.c \
	%D%/parse_error.c \
	%D%/parse_expr.c %D%/parse_expr.h \
	%D%/parse_graph.c \
	%D%/parse_interval.c \
	%D%/parse_pattern.c \
	%D%/parse_primary.c \
	%D%/parse_property_graph.c \
	%D%/parse_procedure.c \
	%D%/parse_query.c \
	%D%/ast_rights.h \
	%D%/parse_role.c %D%/ast_role.h \
	%D%/parse_schema.c \
	%D%/parse_from.c \
	%D%/parse_select.c \
	%D%/parse_session.c \
	%D%/parse_slips.c %D%/slips.def \
	%D%/parse_sql_expr.c \
	%D%/parse_statement.c \
	%D%/parse_table.c %D%/parse_table.h \
	%D%/parse_grouping.c \
	%D%/parse_window.c \
	%D%/parse_table_alter.c %D%/parse_table_as.c %D%/parse_maintain.c %D%/parse_view.c \
	%D%/parse_type.c \
	%D%/parser.h \
	%D%/token.h
EXTRA_DIST += %D%/README.md %D%/grammar.ebnf
