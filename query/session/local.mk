query_libquery_a_SOURCES += \
	%D%/access.c \
	%D%/access.h \
	%D%/access_check.c \
	%D%/account.c \
	%D%/analyze.c \
	%D%/command.c %D%/maintain.c \
	%D%/explain.c \
	%D%/listing.c \
	%D%/parameter_text.c \
	%D%/plan_cache.c \
	%D%/plan_cache.h \
	%D%/portal.c \
	%D%/portal_view.c \
	%D%/prepare.c \
	%D%/prepare_body.c \
	%D%/prepare_text.c \
	%D%/schema.c \
	%D%/schema_graph.c \
	%D%/schema_graph.h \
	%D%/schema_graph_copy.c \
	%D%/schema_graph_type.c \
	%D%/schema_procedure.c \
	%D%/schema_default.c \
	%D%/schema_role.c \
	%D%/session.c \
	%D%/session.h \
	%D%/session_parameter.c \
	%D%/session_tell.c \
	%D%/sql_cursor.c \
	%D%/sql_prepare.c \
	%D%/transaction.c
