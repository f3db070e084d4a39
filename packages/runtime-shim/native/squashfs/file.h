/*
 * The content of regular files: data blocks, holes, and the tail that shares a fragment block with the tails of others.
 * https://dr-emann.github.io/squashfs/squashfs.html#_data_and_fragment_blocks
 */
#ifndef SQUASHFS_FILE_H
#define SQUASHFS_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "squashfs/squashfs.h"

struct inode;

/* The size field of a stored block: 24 bits of size and the flag "not compressed". */
#define FILE_STORED_SIZE 0x00ffffffu
#define FILE_STORED_PLAIN 0x01000000u

/* With the smallest blocks, a read of SQUASHFS_READ_MAX bytes that does not begin at a block's start, and a fragment. */
#define FILE_SPANS_MAX (SQUASHFS_READ_MAX / 4096 + 2)

/* A piece of a file in memory. */
struct file_span {
	const uint8_t *data;
	size_t length;
	struct block *block; /* NULL for a hole, whose data are zeros */
	bool to_block_end;
};

/*
 * Maps what lies at `offset`, at most `size` bytes (and SQUASHFS_READ_MAX), without copying. The spans must be given back.
 * Returns 0 or a negative errno; nothing is held then.
 */
int file_map(struct squashfs *fs, const struct inode *inode, uint64_t offset, size_t size,
	     struct file_span spans[FILE_SPANS_MAX], size_t *count);
void file_unmap(struct squashfs *fs, struct file_span *spans, size_t count);

/* Where the fragment block of a file is stored. Returns 0, or -EIO also for a file without a fragment. */
int file_find_fragment(struct squashfs *fs, const struct inode *inode, uint64_t *position, uint32_t *stored);

block_loader file_load_block;

#endif
