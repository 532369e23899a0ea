query_libquery_a_SOURCES += \
	%D%/builtin.c \
	%D%/builtin.h \
	%D%/catalog_views.def \
	%D%/catalogs.def \
	%D%/fill_class.c \
	%D%/fill_type.c \
	%D%/fills.h \
	%D%/information_schema.def \
	%D%/label_table.c \
	%D%/label_table.h \
	%D%/relation.c \
	%D%/relation.h \
	%D%/relation_plan.c \
	%D%/types.def
