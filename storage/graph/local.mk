storage_libstorage_a_SOURCES += \
	%D%/graph.c %D%/graph.h \
	%D%/property.c %D%/property.h \
	%D%/property_map.c %D%/property_map.h \
	%D%/record.c %D%/record.h \
	%D%/space.c %D%/space.h
