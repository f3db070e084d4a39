#include "iso9660/file.h"

#include <errno.h>

#include "iso9660/inode.h"
#include "iso9660/zisofs.h"

/* How much of a file that is not compressed is read at once. */
#define PIECE_SIZE 65536u

/* Blocks that one read may hold, as many as open_data_cache() has counted with. */
#define SPANS_MOST (FILE_READ_MAX / ISO9660_BLOCK_LEAST + 2)

/* Beside the size of what is stored, in what the cache knows a block by. */
#define STORED_PLAIN 0x01000000u

int iso9660_load_block(void *context, struct block *block)
{
	struct iso9660 *fs = context;
	uint32_t stored = block->stored & ~STORED_PLAIN;
	if (block->stored & STORED_PLAIN) {
		block->size = stored;
		return image_read(&fs->image, block->position, block->data, stored) ? -EIO : 0;
	}
	struct decoder *decoder = decoder_acquire(&fs->decoders);
	if (!decoder)
		return -ENOMEM;
	size_t size = 0;
	int error = image_read(&fs->image, block->position, decoder->input, stored) ? -EIO : 0;
	if (!error)
		error = fs->decoders.codec->decode(decoder->state, decoder->input, stored, block->data, ISO9660_BLOCK_MOST,
						   &size);
	decoder_release(&fs->decoders, decoder);
	block->size = (uint32_t)size;
	return error;
}

/* One span: `length` bytes at `offset` of a block that must have `whole` bytes. */
static int map_block(struct iso9660 *fs, uint64_t position, uint32_t stored, size_t offset, size_t length, size_t whole,
		     struct file_span *span)
{
	int error = block_cache_get(&fs->data, position, stored, &span->block);
	if (error)
		return error;
	if (span->block->size != whole) {
		block_cache_release(&fs->data, span->block, false);
		return -EIO;
	}
	span->data = span->block->data + offset;
	span->length = length;
	span->to_block_end = offset + length == whole;
	return 0;
}

static int map_plain(struct iso9660 *fs, const struct inode *inode, uint64_t offset, size_t left, struct file_span *span)
{
	uint64_t position, first, size;
	int error = iso9660_find_part(fs, inode, offset, &position, &first, &size);
	if (error)
		return error;
	uint64_t piece = (offset - first) / PIECE_SIZE * PIECE_SIZE;
	size_t skip = (size_t)(offset - first - piece);
	size_t whole = size - piece < PIECE_SIZE ? (size_t)(size - piece) : PIECE_SIZE;
	size_t length = whole - skip < left ? whole - skip : left;
	return map_block(fs, position + piece, (uint32_t)whole | STORED_PLAIN, skip, length, whole, span);
}

static int map_compressed(struct iso9660 *fs, const struct inode *inode, uint64_t offset, size_t left, struct file_span *span)
{
	struct zisofs_block block;
	size_t block_size = (size_t)1 << inode->iso9660.zisofs_shift;
	uint64_t index = offset / block_size;
	size_t skip = (size_t)(offset % block_size);
	uint64_t rest = inode->size - index * block_size;
	size_t whole = rest < block_size ? (size_t)rest : block_size;
	size_t length = whole - skip < left ? whole - skip : left;
	int error = zisofs_find(fs, inode, index, &block);
	if (error)
		return error;
	if (!block.stored) {
		*span = (struct file_span){ .data = file_zeros, .length = length };
		return 0;
	}
	return map_block(fs, block.position, block.stored, skip, length, whole, span);
}

int iso9660_file_map(struct iso9660 *fs, const struct inode *inode, uint64_t offset, size_t size,
		     struct file_span spans[FILE_SPANS_MAX], size_t *count)
{
	bool compressed = inode->iso9660.zisofs_version;
	int error = inode->iso9660.interleaved ? -EIO : 0;
	if (!error && compressed)
		error = zisofs_check(fs, inode);
	while (!error && size) {
		/* Only a file in parts of a few bytes, which nobody makes, would need more. */
		if (*count == SPANS_MOST)
			return -EIO;
		struct file_span *span = &spans[*count];
		error = (compressed ? map_compressed : map_plain)(fs, inode, offset, size, span);
		if (error)
			break;
		++*count;
		offset += span->length;
		size -= span->length;
	}
	return error;
}

uint64_t iso9660_block_count(const struct inode *inode, uint32_t *block_size)
{
	unsigned shift = inode->iso9660.zisofs_shift;
	if (!inode->iso9660.zisofs_version || shift < ZISOFS_SHIFT_LEAST || shift > ZISOFS_SHIFT_MOST)
		return 0;
	*block_size = UINT32_C(1) << shift;
	return zisofs_block_count(inode);
}

unsigned iso9660_find_blocks(struct iso9660 *fs, const struct inode *inode, uint64_t first, uint64_t end,
			     struct read_ahead_job jobs[READ_AHEAD_JOBS])
{
	unsigned count = 0;
	int error = inode->iso9660.interleaved ? -EIO : zisofs_check(fs, inode);
	for (uint64_t index = first; !error && index < end && count < READ_AHEAD_JOBS; index++) {
		struct zisofs_block block;
		error = zisofs_find(fs, inode, index, &block);
		if (!error && block.stored)
			jobs[count++] = (struct read_ahead_job){ .position = block.position, .stored = block.stored };
	}
	return count;
}
