noinst_LIBRARIES += storage/libstorage.a
storage_libstorage_a_SOURCES = %D%/storage.h %D%/storage_care.h %D%/storage_tally.h %D%/value.h
include storage/value/local.mk
include storage/store/local.mk
include storage/log/local.mk
include storage/page/local.mk
include storage/graph/local.mk
include storage/txn/local.mk
include storage/api/local.mk
include storage/care/local.mk
