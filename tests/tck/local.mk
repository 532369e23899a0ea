EXTRA_DIST += %D%/tck.sh %D%/run.py %D%/procedures.py %D%/scenario.py %D%/server.py %D%/values.py %D%/wire.py \
	%D%/errors.py %D%/known.txt

# The openCypher TCK; TCK=path runs a part of it and shows what differs, TCK_ACCEPT=1 rewrites the
# list of known failures.
.PHONY: check-tck
check-tck: all
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/tck/tck.sh \
		$(if $(TCK_ACCEPT),--accept) $(if $(TCK),--verbose $(TCK))
