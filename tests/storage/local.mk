if HAVE_CHECK
check_PROGRAMS += tests/storage/check_storage
TESTS += tests/storage/check_storage
endif
tests_storage_check_storage_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
# Allocations of the layers under test can be made to fail (failing_memory.h).
tests_storage_check_storage_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc -Wl,--wrap=calloc \
	-Wl,--wrap=realloc -Wl,--wrap=aligned_alloc
# Files can be made to fail and to forget (lying_disk.h).
tests_storage_check_storage_LDFLAGS += -Wl,--wrap=open -Wl,--wrap=openat -Wl,--wrap=pread \
	-Wl,--wrap=pwrite -Wl,--wrap=write -Wl,--wrap=fsync -Wl,--wrap=fdatasync \
	-Wl,--wrap=ftruncate -Wl,--wrap=posix_fallocate -Wl,--wrap=rename -Wl,--wrap=renameat \
	-Wl,--wrap=mkdir -Wl,--wrap=mkdirat -Wl,--wrap=fread
tests_storage_check_storage_LDADD = storage/libstorage.a base/libbase.a $(CHECK_LIBS)
tests_storage_check_storage_SOURCES = %D%/check_storage.c
tests_storage_check_storage_SOURCES += %D%/suites.h %D%/graph_fixture.c %D%/graph_fixture.h \
	%D%/check_value.c %D%/check_btree.c %D%/check_record.c %D%/check_property.c \
	%D%/check_adjacency.c %D%/check_label_index.c %D%/check_property_index.c
tests_storage_check_storage_SOURCES += %D%/mini_engine.c %D%/mini_engine.h %D%/check_store.c \
	%D%/check_store_sim.c %D%/check_pager.c %D%/check_checkpoint.c %D%/check_wal.c
tests_storage_check_storage_SOURCES += \
	%D%/check_model.c \
	%D%/check_crash.c \
	%D%/check_care.c \
	%D%/check_fault.c \
	%D%/check_format.c \
	%D%/check_commit.c \
	%D%/check_disk_full.c \
	%D%/check_catalog.c \
	%D%/check_sequence.c \
	%D%/check_run.c \
	%D%/check_tally.c \
	%D%/check_background.c \
	%D%/check_bounds.c \
	%D%/check_index_build.c \
	%D%/check_record_lock.c \
	%D%/check_engine_lock.c \
	%D%/check_history.c \
	%D%/check_overlay.c \
	%D%/storage_fixture.c %D%/storage_fixture.h %D%/model.c %D%/model.h \
	%D%/model_game.h %D%/model_read.c
tests_storage_check_storage_SOURCES += %D%/child.c %D%/child.h
tests_storage_check_storage_SOURCES += %D%/check_memory.c %D%/failing_memory.c %D%/failing_memory.h
tests_storage_check_storage_SOURCES += %D%/check_care_fault.c %D%/lying_disk.c %D%/lying_disk.h
EXTRA_DIST += %D%/model.sh %D%/format

# What takes long: ten million operations of the model, every I/O call crashed in every way.
.PHONY: check-model check-matrix check-memory check-steady check-slow
check-model: tests/storage/check_storage
	QUIVER_BUILD=. $(srcdir)/tests/storage/model.sh
check-matrix: tests/storage/check_storage
	CK_RUN_SUITE=crash QUIVER_CRASH_FULL=1 tests/storage/check_storage
	CK_RUN_SUITE=checkpoint QUIVER_SLOW=1 tests/storage/check_storage
	CK_RUN_SUITE=care_fault QUIVER_CRASH_FULL=1 tests/storage/check_storage
check-memory: tests/storage/check_storage
	CK_RUN_SUITE=memory QUIVER_MEMORY_FULL=1 tests/storage/check_storage
check-steady: tests/storage/check_storage
	CK_RUN_SUITE=bounds QUIVER_STEADY_LAPS=200 tests/storage/check_storage
check-slow: check-model check-matrix check-memory check-steady check-crash
