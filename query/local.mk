noinst_LIBRARIES += query/libquery.a
query_libquery_a_SOURCES = %D%/query.h %D%/static_types.def
include query/parse/local.mk
include query/type/local.mk
include query/tree/local.mk
include query/bind/local.mk
include query/plan/local.mk
include query/eval/local.mk
include query/function/local.mk
include query/exec/local.mk
include query/procedure/local.mk
include query/sql/local.mk
include query/copy/local.mk
include query/table/local.mk
include query/ddl/local.mk
include query/role/local.mk
include query/session/local.mk
include query/dump/local.mk
