query_libquery_a_SOURCES += \
	%D%/cast.c \
	%D%/cast.h \
	%D%/column.c \
	%D%/column.h \
	%D%/decimal_value.c \
	%D%/decimal_value.h \
	%D%/element_parts.c \
	%D%/element_parts.h \
	%D%/eval.c \
	%D%/eval.h \
	%D%/eval_internal.h \
	%D%/eval_row.c \
	%D%/json_text.c \
	%D%/json_text.h \
	%D%/json_tree.c \
	%D%/json_value.c \
	%D%/json_value.h \
	%D%/literal_text.c \
	%D%/literal_text.h \
	%D%/match.c \
	%D%/match.h \
	%D%/moment.c \
	%D%/moment.h \
	%D%/moment_part.c \
	%D%/typed_text.c \
	%D%/typed_text.h
