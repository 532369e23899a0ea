query_libquery_a_SOURCES += \
	%D%/argument_names.def \
	%D%/catalog_functions.def \
	%D%/function.c \
	%D%/function.h \
	%D%/functions.def \
	%D%/slips.def \
	%D%/sql_functions.def \
	%D%/type.c \
	%D%/type.h
EXTRA_DIST += %D%/README.md
