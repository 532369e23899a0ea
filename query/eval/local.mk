query_libquery_a_SOURCES += \
	%D%/aggregate.h \
	%D%/cast.c \
	%D%/cast.h \
	%D%/column.c \
	%D%/column.h \
	%D%/eval.c \
	%D%/eval.h \
	%D%/eval_internal.h \
	%D%/eval_row.c \
	%D%/func_aggregate.c \
	%D%/func_element.c \
	%D%/func_list.c \
	%D%/func_number.c \
	%D%/func_operator.c \
	%D%/func_session.c \
	%D%/func_string.c \
	%D%/func_temporal.c \
	%D%/function.c \
	%D%/function.h \
	%D%/functions.def \
	%D%/functions.h \
	%D%/json_text.c \
	%D%/json_text.h \
	%D%/kernel.c \
	%D%/match.c \
	%D%/match.h
