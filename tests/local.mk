# Each layer's tests link that layer and what lies below it, nothing more: a call that runs back up
# does not link.
include tests/base/local.mk
include tests/storage/local.mk
include tests/query/local.mk
include tests/pgwire/local.mk
include tests/src/local.mk
include tests/fuzz/local.mk
include tests/tidy/local.mk
include tests/manual/local.mk
include tests/claims/local.mk
include tests/semantic/local.mk
include tests/regress/local.mk
include tests/differential/local.mk
include tests/isolation/local.mk
include tests/catalog/local.mk
include tests/traces/local.mk
include tests/hostile/local.mk
include tests/load/local.mk
include tests/fault/local.mk
include tests/clients/local.mk
include tests/apps/local.mk
include tests/tck/local.mk
include tests/snb/local.mk

EXTRA_DIST += tests/sanitize.sh
# The storage engine's tests under the sanitizers, in builds of their own.
.PHONY: check-sanitize
check-sanitize:
	$(SHELL) $(srcdir)/tests/sanitize.sh

# Builds the test programs without running them.
.PHONY: check-programs
check-programs: $(check_PROGRAMS)
