/*
 * The content of regular files, as it is stored or compressed with zisofs.
 */
#ifndef ISO9660_FILE_H
#define ISO9660_FILE_H

#include "filesystem/file.h"
#include "filesystem/read-ahead.h"
#include "iso9660/iso9660.h"

struct inode;

/* The smallest and the largest blocks of compressed files; the most that zlib makes of the largest. */
#define ISO9660_BLOCK_LEAST 32768u
#define ISO9660_BLOCK_MOST 131072u
#define ISO9660_STORED_MOST (ISO9660_BLOCK_MOST + 32 + 8 + 13)

/* As file_map(), for a range that lies within the file. What was mapped before an error is in `spans`. */
int iso9660_file_map(struct iso9660 *fs, const struct inode *inode, uint64_t offset, size_t size,
		     struct file_span spans[FILE_SPANS_MAX], size_t *count);

/* As in filesystem/format.h. What is not compressed is read ahead by the kernel. */
uint64_t iso9660_block_count(const struct inode *inode, uint32_t *block_size);
unsigned iso9660_find_blocks(struct iso9660 *fs, const struct inode *inode, uint64_t first, uint64_t end,
			     struct read_ahead_job jobs[READ_AHEAD_JOBS]);

block_loader iso9660_load_block;

#endif
