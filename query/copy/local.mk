query_libquery_a_SOURCES += \
	%D%/copy.h \
	%D%/copy_ends.c %D%/copy_ends.h \
	%D%/copy_force.c %D%/copy_force.h \
	%D%/copy_format.c %D%/copy_format.h \
	%D%/copy_in.c \
	%D%/copy_label.c \
	%D%/copy_out.c \
	%D%/copy_pair.c %D%/copy_pair.h \
	%D%/copy_table.c %D%/copy_table.h \
	%D%/copy_reader.c %D%/copy_reader.h
