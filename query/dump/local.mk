query_libquery_a_SOURCES += %D%/dump.c %D%/dump_comment.c %D%/dump_csv.c %D%/dump_schema.c %D%/dump_role.c %D%/dump.h
