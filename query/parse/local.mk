query_libquery_a_SOURCES +=
