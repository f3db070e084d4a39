/*
 * zisofs: a file that is compressed block by block. A header, then pointers to the blocks, in bytes from the start of the header.
 * zisofs_format.txt and zisofs2_format.txt of libisofs.
 */
#ifndef ISO9660_ZISOFS_H
#define ISO9660_ZISOFS_H

#include <stdint.h>

#include "filesystem/inode.h"
#include "iso9660/iso9660.h"

/* What is read here: blocks of 32, 64 or 128 KiB, which is all that version 1 knows. */
#define ZISOFS_SHIFT_LEAST 15
#define ZISOFS_SHIFT_MOST 17

/* Where one block is stored; of no length, it is all zeros. */
struct zisofs_block {
	uint64_t position; /* in the image */
	uint32_t stored;
};

/* Checks the header against what the directory says. Returns 0 or a negative errno. */
int zisofs_check(struct iso9660 *fs, const struct inode *inode);

/* How many blocks the file has. */
uint64_t zisofs_block_count(const struct inode *inode);

/* Finds a block, below that count, of a file whose header was checked. Returns 0 or a negative errno. */
int zisofs_find(struct iso9660 *fs, const struct inode *inode, uint64_t index, struct zisofs_block *block);

#endif
