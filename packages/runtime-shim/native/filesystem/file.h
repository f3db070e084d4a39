/*
 * The content of regular files, as it lies in the caches of their reader.
 */
#ifndef FILESYSTEM_FILE_H
#define FILESYSTEM_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "filesystem/block-cache.h"

struct filesystem;
struct inode;

/* The most that one file_map() may span: what one FUSE read asks for at most. */
#define FILE_READ_MAX (UINT32_C(1) << 20)

/* With the smallest blocks, a read of FILE_READ_MAX bytes that does not begin at a block's start, and a fragment. */
#define FILE_SPANS_MAX (FILE_READ_MAX / 4096 + 2)

/* A piece of a file in memory. */
struct file_span {
	const uint8_t *data;
	size_t length;
	struct block *block; /* NULL for a hole, whose data are zeros */
	bool to_block_end;
};

/* What holes are mapped to. In .bss: no bytes in the file, and the kernel's one page of zeros for as long as nobody writes. */
extern uint8_t file_zeros[FILE_READ_MAX];

/*
 * Maps what lies at `offset`, at most `size` bytes (and FILE_READ_MAX), without copying. The spans must be given back.
 * Returns 0 or a negative errno; nothing is held then.
 */
int file_map(struct filesystem *fs, const struct inode *inode, uint64_t offset, size_t size,
	     struct file_span spans[FILE_SPANS_MAX], size_t *count);
void file_unmap(struct filesystem *fs, struct file_span *spans, size_t count);

#endif
