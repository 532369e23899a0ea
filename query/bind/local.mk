query_libquery_a_SOURCES += \
	%D%/bind.h \
	%D%/bind_aggregate.c \
	%D%/bind_array.c \
	%D%/bind_call.c \
	%D%/bind_cast.c \
	%D%/bind_declared.c \
	%D%/bind_element.c \
	%D%/bind_exposed.c \
	%D%/bind_expr.c \
	%D%/bind_named.c \
	%D%/bind_operator.c \
	%D%/bind_row.c \
	%D%/bind_set.c \
	%D%/bind_sql.c \
	%D%/bind_type.c \
	%D%/bind_unknown.c \
	%D%/bind_window.c \
	%D%/binder.c \
	%D%/binder.h \
	%D%/row_expr.c \
	%D%/row_expr.h \
	%D%/row_text.c \
	%D%/scope.c \
	%D%/scope.h \
	%D%/table_bind.c \
	%D%/table_bind.h
