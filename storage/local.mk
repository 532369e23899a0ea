noinst_LIBRARIES += storage/libstorage.a
storage_libstorage_a_SOURCES = %D%/value.c %D%/value.h %D%/storage.h
include storage/store/local.mk
include storage/page/local.mk
include storage/log/local.mk
include storage/graph/local.mk
include storage/txn/local.mk
