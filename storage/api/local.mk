storage_libstorage_a_SOURCES += \
	%D%/storage.c \
	%D%/storage_change.c \
	%D%/storage_depend.c \
	%D%/storage_expand.c \
	%D%/storage_index_build.c \
	%D%/storage_index_scan.c \
	%D%/storage_edge_pair.c \
	%D%/storage_object.c \
	%D%/storage_read.c \
	%D%/storage_scan.c \
	%D%/storage_scan.h \
	%D%/storage_schema.c \
	%D%/storage_schema.h \
	%D%/storage_schema_check.c \
	%D%/storage_sequence.c \
	%D%/storage_tally.c \
	%D%/storage_types.c \
	%D%/storage_write.c
