query_libquery_a_SOURCES += \
	%D%/ast.h \
	%D%/parse.h
