noinst_LIBRARIES += base/libbase.a
%C%_libbase_a_SOURCES = \
	%D%/arena.c %D%/arena.h \
	%D%/array_text.c %D%/array_text.h \
	%D%/buf.c %D%/buf.h \
	%D%/calendar.c %D%/calendar.h \
	%D%/check.c %D%/check.h \
	%D%/clock.h \
	%D%/crc32c.c %D%/crc32c.h \
	%D%/date_style.c %D%/date_style.h \
	%D%/datetime.c %D%/datetime_read.c %D%/datetime.h \
	%D%/decimal.c %D%/decimal.h %D%/decimal_groups.c %D%/decimal_math.c %D%/decimal_number.h \
	%D%/directory.c %D%/directory.h \
	%D%/edits.c %D%/edits.h \
	%D%/error.c %D%/error.h \
	%D%/hash.c %D%/hash.h \
	%D%/interval.c %D%/interval.h %D%/interval_range.c %D%/interval_style.c \
	%D%/json.c %D%/json.h \
	%D%/lock.c %D%/lock.h %D%/lock_held.c %D%/lock_held.h %D%/locks.def \
	%D%/log.c %D%/log.h \
	%D%/map.c %D%/map.h \
	%D%/number.c %D%/number.h \
	%D%/rand.h \
	%D%/setting.c %D%/setting.h %D%/setting_rows.c %D%/setting_text.c %D%/setting_text.h %D%/settings.def \
	%D%/settings_postgres.def \
	%D%/sqlstate.def \
	%D%/stack.c %D%/stack.h \
	%D%/stripe.c %D%/stripe.h \
	%D%/str.h \
	%D%/utf8.c %D%/utf8.h \
	%D%/vec.h \
	%D%/zone.c %D%/zone.h \
	%D%/zone_file.c %D%/zone_file.h
