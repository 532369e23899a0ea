query_libquery_a_SOURCES += \
	%D%/exec.c \
	%D%/exec.h \
	%D%/key_table.c \
	%D%/key_table.h \
	%D%/limit.h \
	%D%/op.c \
	%D%/op.h \
	%D%/op_aggregate.c \
	%D%/op_apply.c \
	%D%/op_expand.c \
	%D%/op_filter.c \
	%D%/op_index.c \
	%D%/op_join.c \
	%D%/op_limit.c \
	%D%/op_merge.c \
	%D%/op_project.c \
	%D%/op_properties.c \
	%D%/op_scan.c \
	%D%/op_set.c \
	%D%/op_sort.c \
	%D%/op_unwind.c \
	%D%/op_write.c \
	%D%/row_store.c \
	%D%/row_store.h \
	%D%/write.c \
	%D%/write.h
