query_libquery_a_SOURCES += \
	%D%/algo_cluster.c \
	%D%/algo_louvain.c \
	%D%/algo_path.c \
	%D%/algo_rank.c \
	%D%/algo_reach.c \
	%D%/csr.c \
	%D%/csr.h \
	%D%/path_search.c \
	%D%/path_search.h \
	%D%/proc_catalog.c \
	%D%/procedure.c \
	%D%/procedure.h \
	%D%/procedure_table.c \
	%D%/procedures.def \
	%D%/procedures.h
