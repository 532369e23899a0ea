storage_libstorage_a_SOURCES += \
	%D%/backup.c \
	%D%/check.c \
	%D%/replay.c \
	%D%/replay.h \
	%D%/restore.c \
	%D%/store_view.c \
	%D%/store_view.h \
	%D%/stream.c \
	%D%/stream.h
