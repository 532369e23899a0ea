storage_libstorage_a_SOURCES += \
	%D%/cache.c %D%/cache.h \
	%D%/commit.c %D%/commit.h \
	%D%/engine.h \
	%D%/engine_lock.c %D%/engine_lock.h \
	%D%/ghost.c %D%/ghost.h \
	%D%/history.c %D%/history.h \
	%D%/lock_list.c \
	%D%/names.c %D%/names.h \
	%D%/overlay.c %D%/overlay.h \
	%D%/prefault.c %D%/prefault.h \
	%D%/read.c %D%/read.h \
	%D%/record_lock.c %D%/record_lock.h \
	%D%/background.c \
	%D%/run.c \
	%D%/snapshot.c %D%/snapshot.h \
	%D%/txn.c \
	%D%/view.c \
	%D%/past.c \
	%D%/validate.c %D%/validate.h
