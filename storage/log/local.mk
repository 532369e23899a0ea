storage_libstorage_a_SOURCES += %D%/wal.c %D%/wal.h %D%/wal_frame.c %D%/wal_frame.h \
	%D%/wal_scan.c
