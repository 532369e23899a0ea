query_libquery_a_SOURCES += \
	%D%/batch.h \
	%D%/cost.c \
	%D%/dump.h \
	%D%/match.h \
	%D%/plan.c \
	%D%/plan.h \
	%D%/plan_access.c \
	%D%/plan_assign.c \
	%D%/plan_build.c \
	%D%/plan_dml.c %D%/plan_dml.h %D%/plan_merge_into.c \
	%D%/plan_dump.c \
	%D%/plan_dump.h \
	%D%/plan_dump_expr.c %D%/plan_dump_json.c \
	%D%/plan_graph.c %D%/plan_group.c \
	%D%/plan_join.c \
	%D%/plan_cte.c %D%/plan_view.c \
	%D%/plan_from.c \
	%D%/plan_from.h \
	%D%/plan_from_join.c \
	%D%/plan_live.c \
	%D%/match_map.c \
	%D%/plan_match.c \
	%D%/plan_yield.c \
	%D%/plan_optional.c \
	%D%/plan_order.c \
	%D%/plan_record.c \
	%D%/plan_first.c \
	%D%/plan_grouping.c \
	%D%/plan_project.c \
	%D%/plan_search.c %D%/plan_automaton.c %D%/match_search.h %D%/search.h \
	%D%/projection.h \
	%D%/plan_select.c \
	%D%/plan_reduce.c \
	%D%/plan_subquery.c \
	%D%/plan_table.c %D%/plan_table.h \
	%D%/plan_table_graph.c \
	%D%/plan_window.c \
	%D%/plan_write.c \
	%D%/planner.h \
	%D%/statistics.c %D%/statistics.h
