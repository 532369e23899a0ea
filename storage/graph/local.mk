storage_libstorage_a_SOURCES += \
	%D%/adjacency.c %D%/adjacency.h \
	%D%/adjacency_seg.c %D%/adjacency_seg.h \
	%D%/adjacency_tree.c %D%/adjacency_tree.h \
	%D%/graph.c %D%/graph.h \
	%D%/label_index.c %D%/label_index.h \
	%D%/property_index.c %D%/property_index.h \
	%D%/property.c %D%/property.h \
	%D%/property_map.c %D%/property_map.h \
	%D%/record.c %D%/record.h \
	%D%/sequence.c %D%/sequence.h \
	%D%/space.c %D%/space.h \
	%D%/touch.c %D%/touch.h
