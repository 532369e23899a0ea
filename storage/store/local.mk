storage_libstorage_a_SOURCES += %D%/store.h %D%/store_file.c %D%/store_log.c %D%/store_log.h %D%/store_sim.c
