query_libquery_a_SOURCES += \
	%D%/ddl.c \
	%D%/ddl.h \
	%D%/ddl_alter.c \
	%D%/ddl_comment.c \
	%D%/ddl_create.c \
	%D%/ddl_drop.c \
	%D%/ddl_graph.c \
	%D%/ddl_graph.h \
	%D%/ddl_graph_follow.c \
	%D%/ddl_index.c \
	%D%/ddl_index.h \
	%D%/ddl_key.c \
	%D%/ddl_rename.c \
	%D%/ddl_sequence.c \
	%D%/ddl_view.c \
	%D%/ddl_view_alter.c \
	%D%/ddl_create_as.c %D%/ddl_view_rename.c \
	%D%/generate.c %D%/generate.h \
	%D%/guard.c \
	%D%/guard.h \
	%D%/guard_bind.h \
	%D%/guard_check.c \
	%D%/run.c \
	%D%/run.h
EXTRA_DIST += %D%/README.md
