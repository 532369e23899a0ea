storage_libstorage_a_SOURCES += \
	%D%/archive.c %D%/archive.h \
	%D%/backup.c \
	%D%/pin.c %D%/pin.h \
	%D%/replay.c %D%/replay.h \
	%D%/restore.c \
	%D%/store_view.c %D%/store_view.h \
	%D%/stream.c %D%/stream.h
