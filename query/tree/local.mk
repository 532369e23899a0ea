query_libquery_a_SOURCES += \
	%D%/batch.h \
	%D%/plan.h \
	%D%/search.h
EXTRA_DIST += %D%/README.md
