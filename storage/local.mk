noinst_LIBRARIES += storage/libstorage.a
storage_libstorage_a_SOURCES = %D%/value.c %D%/value.h %D%/value_key.c %D%/value_text.c %D%/value_rank.h %D%/storage.h \
	%D%/storage.c %D%/storage_care.h %D%/storage_read.c %D%/storage_write.c \
	%D%/storage_draft.c %D%/storage_draft.h \
	%D%/storage_scan.c %D%/storage_scan.h %D%/storage_index_scan.c %D%/storage_expand.c \
	%D%/storage_schema.c %D%/storage_schema.h %D%/storage_schema_check.c %D%/storage_index_build.c \
	%D%/storage_object.c %D%/storage_change.c %D%/storage_depend.c %D%/storage_types.c %D%/storage_sequence.c %D%/check.c \
	%D%/graph/apply.c %D%/graph/apply.h %D%/graph/op.c %D%/graph/op.h \
	%D%/graph/catalog.c %D%/graph/catalog.h %D%/graph/catalog_edit.c %D%/graph/catalog_graph.c %D%/graph/catalog_store.c \
	%D%/graph/dictionary.c %D%/graph/dictionary.h
include storage/store/local.mk
include storage/page/local.mk
include storage/log/local.mk
include storage/graph/local.mk
include storage/txn/local.mk
include storage/care/local.mk
