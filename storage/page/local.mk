storage_libstorage_a_SOURCES += %D%/btree.c %D%/btree.h %D%/key_order.h
storage_libstorage_a_SOURCES += %D%/page.c %D%/page.h %D%/pager.c %D%/pager.h \
	%D%/pager_state.h %D%/pager_write.c %D%/evict.c %D%/frame.c %D%/checkpoint.c %D%/checkpoint.h \
	%D%/page_map.c %D%/page_map.h %D%/superblock.c %D%/superblock.h \
	%D%/block_space.c %D%/block_space.h %D%/number_set.c %D%/number_set.h \
	%D%/reserve.c %D%/reserve.h %D%/verify.c
