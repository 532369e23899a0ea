# The rules of the house, each a TAP test over the source tree.
TIDY_TESTS = \
	%D%/layers.sh \
	%D%/lengths.sh \
	%D%/banned.sh \
	%D%/headers.sh \
	%D%/docs.sh \
	%D%/symbols.sh \
	%D%/threats.sh
TESTS += $(TIDY_TESTS)
EXTRA_DIST += $(TIDY_TESTS) %D%/tap.sh %D%/exceptions.txt \
	%D%/symbols/base.txt %D%/symbols/storage.txt %D%/symbols/query.txt %D%/symbols/pgwire.txt

.PHONY: tidy
tidy:
	@for check in $(TIDY_TESTS); do \
		QUIVER_SOURCE='$(abs_top_srcdir)' QUIVER_BUILD='$(abs_top_builddir)' CC='$(CC)' \
			$(SHELL) $(srcdir)/$$check || exit 1; \
	done

# Rewrites the C files in the house style; clang-format 14, since others differ in details.
.PHONY: format
format:
	cd $(srcdir) && find base storage query pgwire src tests -name '*.[ch]' | xargs clang-format-14 -style=file -i
