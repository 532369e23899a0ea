storage_libstorage_a_SOURCES += %D%/btree.c %D%/btree.h
