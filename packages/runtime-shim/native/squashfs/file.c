#include "squashfs/file.h"

#include <errno.h>

#include "squashfs/block-index.h"
#include "squashfs/inode.h"
#include "system/bytes.h"

#define FRAGMENT_ENTRY_SIZE 16

int file_load_block(void *context, struct block *block)
{
	struct squashfs *fs = context;
	uint32_t stored_size = block->stored & FILE_STORED_SIZE;
	if (block->stored & ~(FILE_STORED_SIZE | FILE_STORED_PLAIN) || !stored_size)
		return -EIO;
	block->next = block->position + stored_size;
	return squashfs_load(fs, block->position, stored_size, !(block->stored & FILE_STORED_PLAIN), block->data,
			     fs->super.block_size, &block->size);
}

int file_find_fragment(struct squashfs *fs, const struct inode *inode, uint64_t *position, uint32_t *stored)
{
	uint8_t raw[FRAGMENT_ENTRY_SIZE];
	if (inode->file.fragment >= fs->super.fragment_count || fs->super.fragment_table == TABLE_ABSENT)
		return -EIO;
	int error = metadata_read_table(fs, fs->super.fragment_table, inode->file.fragment, raw, sizeof(raw));
	if (error)
		return error;
	struct byte_cursor at = bytes_over(raw, sizeof(raw));
	*position = bytes_u64(&at);
	*stored = bytes_u32(&at);
	return 0;
}

/* One span: `length` bytes at `offset` of the block that is stored at `position` and must have at least `least` bytes. */
static int map_block(struct squashfs *fs, uint64_t position, uint32_t stored, size_t offset, size_t length, size_t least,
		     struct file_span *span)
{
	int error = block_cache_get(&fs->data, position, stored, &span->block);
	if (error)
		return error;
	if (span->block->size < least || offset + length > span->block->size) {
		block_cache_release(&fs->data, span->block, false);
		return -EIO;
	}
	span->data = span->block->data + offset;
	span->length = length;
	span->to_block_end = offset + length == span->block->size;
	return 0;
}

static int map_fragment(struct squashfs *fs, const struct inode *inode, size_t offset, size_t length, struct file_span *span)
{
	uint64_t position;
	uint32_t stored;
	int error = file_find_fragment(fs, inode, &position, &stored);
	if (error)
		return error;
	size_t tail = inode->size % fs->super.block_size;
	uint64_t start = (uint64_t)inode->file.fragment_offset + offset;
	uint64_t least = (uint64_t)inode->file.fragment_offset + tail;
	if (least > fs->super.block_size)
		return -EIO;
	error = map_block(fs, position, stored, (size_t)start, length, (size_t)least, span);
	/* A fragment block serves many files: that one was read to its end says nothing about the others. */
	if (!error)
		span->to_block_end = false;
	return error;
}

static int map_next(struct squashfs *fs, struct block_walk *walk, size_t offset, size_t length, size_t block_length,
		    struct file_span *span)
{
	uint64_t position;
	uint32_t stored;
	int error = block_walk_next(walk, &position, &stored);
	if (error)
		return error;
	if (stored == 0) {
		*span = (struct file_span){ .data = file_zeros, .length = length };
		return 0;
	}
	return map_block(fs, position, stored, offset, length, block_length, span);
}

int squashfs_file_map(struct squashfs *fs, const struct inode *inode, uint64_t offset, size_t size,
		      struct file_span spans[FILE_SPANS_MAX], size_t *count)
{
	size_t left = size;
	struct block_walk walk;
	uint64_t blocks = block_count(fs, inode);
	uint64_t at = offset / fs->super.block_size;
	size_t skip = (size_t)(offset % fs->super.block_size);
	int error = at < blocks ? block_walk_start(&walk, fs, inode, at) : 0;
	while (!error && left) {
		uint64_t rest = inode->size - at * fs->super.block_size;
		size_t block_length = rest < fs->super.block_size ? (size_t)rest : fs->super.block_size;
		size_t length = block_length - skip < left ? block_length - skip : left;
		struct file_span *span = &spans[*count];
		error = at < blocks ? map_next(fs, &walk, skip, length, block_length, span)
				    : map_fragment(fs, inode, skip, length, span);
		if (!error)
			++*count;
		left -= length;
		skip = 0;
		at++;
	}
	return error;
}
