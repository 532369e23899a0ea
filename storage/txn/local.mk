storage_libstorage_a_SOURCES +=
