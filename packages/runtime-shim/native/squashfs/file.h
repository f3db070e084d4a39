/*
 * The content of regular files: data blocks, holes, and the tail that shares a fragment block with the tails of others.
 * https://dr-emann.github.io/squashfs/squashfs.html#_data_and_fragment_blocks
 */
#ifndef SQUASHFS_FILE_H
#define SQUASHFS_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "filesystem/file.h"
#include "squashfs/squashfs.h"

struct inode;

/* The size field of a stored block: 24 bits of size and the flag "not compressed". */
#define FILE_STORED_SIZE 0x00ffffffu
#define FILE_STORED_PLAIN 0x01000000u

/* As file_map(), for a range that lies within the file. What was mapped before an error is in `spans`. */
int squashfs_file_map(struct squashfs *fs, const struct inode *inode, uint64_t offset, size_t size,
		      struct file_span spans[FILE_SPANS_MAX], size_t *count);

/* Where the fragment block of a file is stored. Returns 0, or -EIO also for a file without a fragment. */
int file_find_fragment(struct squashfs *fs, const struct inode *inode, uint64_t *position, uint32_t *stored);

block_loader file_load_block;

#endif
