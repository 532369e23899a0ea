query_libquery_a_SOURCES += \
	%D%/exec.c \
	%D%/exec.h \
	%D%/id_set.c \
	%D%/id_set.h \
	%D%/key_table.c \
	%D%/key_table.h \
	%D%/limit.h \
	%D%/op.c \
	%D%/op.h \
	%D%/op_aggregate.c \
	%D%/op_apply.c \
	%D%/op_window.c \
	%D%/op_expand.c \
	%D%/op_filter.c \
	%D%/op_index.c \
	%D%/op_join.c \
	%D%/op_ordinal.c \
	%D%/op_project_set.c \
	%D%/op_recursive.c \
	%D%/op_with.c \
	%D%/op_check_option.c %D%/op_once.c \
	%D%/op_limit.c \
	%D%/op_merge.c \
	%D%/op_procedure.c \
	%D%/op_project.c \
	%D%/op_properties.c \
	%D%/op_reach.c \
	%D%/op_relation.c \
	%D%/op_scan.c \
	%D%/op_set.c \
	%D%/op_search.c \
	%D%/search_thread.c %D%/search_thread.h %D%/search_run.h %D%/search_select.c \
	%D%/search_horizon.c %D%/search_read.c \
	%D%/op_shortest.c \
	%D%/op_sort.c \
	%D%/op_unwind.c \
	%D%/op_var_expand.c \
	%D%/op_write.c \
	%D%/ordered.c %D%/ordered.h \
	%D%/reach.h \
	%D%/row_store.c \
	%D%/row_store.h \
	%D%/shortest.h \
	%D%/shortest_front.c \
	%D%/shortest_level.c \
	%D%/walk.c \
	%D%/walk.h \
	%D%/write.c \
	%D%/write.h
