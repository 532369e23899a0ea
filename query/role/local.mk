query_libquery_a_SOURCES += \
	%D%/acl.c \
	%D%/role.c \
	%D%/role_setting.c \
	%D%/role.h
EXTRA_DIST += %D%/README.md
