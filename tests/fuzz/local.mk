# Fuzz targets. Without --enable-fuzzing each is linked to replay.c, which feeds it its corpus, and is
# a test; with it each is linked to libFuzzer and is built only. A target is three lines below.
FUZZ_TARGETS = %D%/fuzz_lex %D%/fuzz_parse %D%/fuzz_message %D%/fuzz_scram \
	%D%/fuzz_startup %D%/fuzz_bind %D%/fuzz_copy \
	%D%/fuzz_wal %D%/fuzz_page %D%/fuzz_superblock %D%/fuzz_property
%C%_fuzz_lex_SOURCES = %D%/fuzz_lex.c
%C%_fuzz_lex_CPPFLAGS = $(AM_CPPFLAGS) -DREPLAY_TARGET='"lex"'
%C%_fuzz_lex_LDADD = query/libquery.a storage/libstorage.a base/libbase.a
%C%_fuzz_parse_SOURCES = %D%/fuzz_parse.c
%C%_fuzz_parse_CPPFLAGS = $(AM_CPPFLAGS) -DREPLAY_TARGET='"parse"'
%C%_fuzz_parse_LDADD = query/libquery.a storage/libstorage.a base/libbase.a
%C%_fuzz_message_SOURCES = %D%/fuzz_message.c
%C%_fuzz_message_CPPFLAGS = $(AM_CPPFLAGS) -DREPLAY_TARGET='"message"'
%C%_fuzz_message_LDADD = pgwire/libpgwire.a base/libbase.a $(OPENSSL_LIBS)
%C%_fuzz_scram_SOURCES = %D%/fuzz_scram.c
%C%_fuzz_scram_CPPFLAGS = $(AM_CPPFLAGS) -DREPLAY_TARGET='"scram"'
%C%_fuzz_scram_LDADD = pgwire/libpgwire.a base/libbase.a $(OPENSSL_LIBS)
%C%_fuzz_startup_SOURCES = %D%/fuzz_startup.c
%C%_fuzz_startup_CPPFLAGS = $(AM_CPPFLAGS) -DREPLAY_TARGET='"startup"'
%C%_fuzz_startup_LDADD = pgwire/libpgwire.a base/libbase.a $(OPENSSL_LIBS)
%C%_fuzz_bind_SOURCES = %D%/fuzz_bind.c
%C%_fuzz_bind_CPPFLAGS = $(AM_CPPFLAGS) -DREPLAY_TARGET='"bind"'
%C%_fuzz_bind_LDADD = pgwire/libpgwire.a base/libbase.a $(OPENSSL_LIBS)
%C%_fuzz_copy_SOURCES = %D%/fuzz_copy.c
%C%_fuzz_copy_CPPFLAGS = $(AM_CPPFLAGS) -DREPLAY_TARGET='"copy"'
%C%_fuzz_copy_LDADD = query/libquery.a storage/libstorage.a pgwire/libpgwire.a base/libbase.a $(OPENSSL_LIBS)
%C%_fuzz_wal_SOURCES = %D%/fuzz_wal.c
%C%_fuzz_wal_CPPFLAGS = $(AM_CPPFLAGS) -DREPLAY_TARGET='"wal"'
%C%_fuzz_wal_LDADD = storage/libstorage.a base/libbase.a
%C%_fuzz_page_SOURCES = %D%/fuzz_page.c
%C%_fuzz_page_CPPFLAGS = $(AM_CPPFLAGS) -DREPLAY_TARGET='"page"'
%C%_fuzz_page_LDADD = storage/libstorage.a base/libbase.a
%C%_fuzz_superblock_SOURCES = %D%/fuzz_superblock.c
%C%_fuzz_superblock_CPPFLAGS = $(AM_CPPFLAGS) -DREPLAY_TARGET='"superblock"'
%C%_fuzz_superblock_LDADD = storage/libstorage.a base/libbase.a
%C%_fuzz_property_SOURCES = %D%/fuzz_property.c
%C%_fuzz_property_CPPFLAGS = $(AM_CPPFLAGS) -DREPLAY_TARGET='"property"'
%C%_fuzz_property_LDADD = storage/libstorage.a base/libbase.a
check_PROGRAMS += $(FUZZ_TARGETS)
if FUZZING
%C%_fuzz_lex_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_parse_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_message_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_scram_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_startup_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_bind_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_copy_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_wal_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_page_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_superblock_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_property_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
else
%C%_fuzz_lex_SOURCES += %D%/replay.c
%C%_fuzz_parse_SOURCES += %D%/replay.c
%C%_fuzz_message_SOURCES += %D%/replay.c
%C%_fuzz_scram_SOURCES += %D%/replay.c
%C%_fuzz_startup_SOURCES += %D%/replay.c
%C%_fuzz_bind_SOURCES += %D%/replay.c
%C%_fuzz_copy_SOURCES += %D%/replay.c
%C%_fuzz_wal_SOURCES += %D%/replay.c
%C%_fuzz_page_SOURCES += %D%/replay.c
%C%_fuzz_superblock_SOURCES += %D%/replay.c
%C%_fuzz_property_SOURCES += %D%/replay.c
TESTS += $(FUZZ_TARGETS)
endif
EXTRA_DIST += %D%/corpus
EXTRA_DIST += %D%/run.sh

# All targets by libFuzzer, under the address and undefined sanitizers, in a build folder of its own:
# make fuzz [FUZZ_SECONDS=1800] [FUZZ_TARGETS_ONLY="copy bind"]
FUZZ_SECONDS = 60
FUZZ_CC = clang
FUZZ_BUILD = $(abs_builddir)/fuzzing
.PHONY: fuzz
fuzz:
	$(MKDIR_P) $(FUZZ_BUILD)
	test -f $(FUZZ_BUILD)/Makefile || (cd $(FUZZ_BUILD) && $(abs_srcdir)/configure --enable-developer \
		--enable-fuzzing --with-sanitizer=address,undefined CC="$(FUZZ_CC)")
	$(MAKE) -C $(FUZZ_BUILD) $(FUZZ_TARGETS)
	QUIVER_SOURCE=$(abs_srcdir) QUIVER_BUILD=$(FUZZ_BUILD) \
		$(SHELL) $(abs_srcdir)/tests/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZ_TARGETS_ONLY)
