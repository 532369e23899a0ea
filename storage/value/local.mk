storage_libstorage_a_SOURCES += \
	%D%/value.c \
	%D%/value_key.c \
	%D%/value_rank.h \
	%D%/value_text.c
