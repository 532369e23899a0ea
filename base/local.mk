noinst_LIBRARIES += base/libbase.a
%C%_libbase_a_SOURCES = \
	%D%/arena.c %D%/arena.h \
	%D%/buf.c %D%/buf.h \
	%D%/check.c %D%/check.h \
	%D%/clock.h \
	%D%/crc32c.c %D%/crc32c.h \
	%D%/error.c %D%/error.h \
	%D%/hash.c %D%/hash.h \
	%D%/lock.c %D%/lock.h %D%/locks.def \
	%D%/log.c %D%/log.h \
	%D%/rand.h \
	%D%/setting.c %D%/setting.h %D%/setting_text.c %D%/setting_text.h %D%/settings.def \
	%D%/sqlstate.def \
	%D%/str.h
