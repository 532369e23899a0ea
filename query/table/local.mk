query_libquery_a_SOURCES += \
	%D%/body.c \
	%D%/body.h \
	%D%/comment.c %D%/comment.h %D%/definition.c \
	%D%/label_oid.c \
	%D%/label_oid.h \
	%D%/table.c \
	%D%/table.h \
	%D%/table_fit.c \
	%D%/table_index.c \
	%D%/table_index.h \
	%D%/table_type.c
EXTRA_DIST += %D%/README.md
