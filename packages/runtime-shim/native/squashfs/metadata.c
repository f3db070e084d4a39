#include "squashfs/metadata.h"

#include <errno.h>
#include <string.h>

#include "squashfs/squashfs.h"
#include "system/bytes.h"

#define STORED_UNCOMPRESSED 0x8000u

struct metadata_place metadata_at_reference(uint64_t table, uint64_t reference)
{
	/* The sum may exceed the image, which the read then refuses; it cannot wrap: both terms are far below 2^63. */
	return (struct metadata_place){ .block = table + (reference >> 16), .offset = reference & 0xffff };
}

int metadata_load(void *context, struct block *block)
{
	struct squashfs *fs = context;
	uint8_t raw[2];
	int error = squashfs_read_raw(fs, block->position, raw, sizeof(raw));
	if (error)
		return error;
	struct byte_cursor at = bytes_over(raw, sizeof(raw));
	uint16_t header = bytes_u16(&at);
	uint32_t stored_size = header & ~STORED_UNCOMPRESSED;
	/* A block without bytes would let a reader walk in place for ever. */
	if (!stored_size || stored_size > METADATA_BLOCK_SIZE)
		return -EIO;
	block->next = block->position + 2 + stored_size;
	error = squashfs_load(fs, block->position + 2, stored_size, !(header & STORED_UNCOMPRESSED), block->data,
			      METADATA_BLOCK_SIZE, &block->size);
	if (!error && !block->size)
		error = -EIO;
	return error;
}

/* Reads what the block at that place has, `most` bytes at most. Returns how many they were, or a negative errno. */
static int64_t read_some(struct squashfs *fs, struct metadata_place *place, void *out, size_t most)
{
	struct block *block;
	int error = block_cache_get(&fs->metadata, place->block, 0, &block);
	if (error)
		return error;
	if (place->offset > block->size) {
		block_cache_release(&fs->metadata, block, false);
		return -EIO;
	}
	size_t count = block->size - place->offset;
	if (count > most)
		count = most;
	if (out)
		memcpy(out, block->data + place->offset, count);
	place->offset += (uint32_t)count;
	if (place->offset == block->size) {
		place->block = block->next;
		place->offset = 0;
	}
	block_cache_release(&fs->metadata, block, false);
	return (int64_t)count;
}

int metadata_read(struct squashfs *fs, struct metadata_place *place, void *out, size_t size)
{
	uint8_t *to = out;
	while (size) {
		int64_t count = read_some(fs, place, to, size);
		if (count < 0)
			return (int)count;
		size -= (size_t)count;
		if (to)
			to += count;
	}
	return 0;
}

struct metadata_stream metadata_stream_at(struct metadata_place place)
{
	return (struct metadata_stream){ .place = place };
}

int metadata_stream_read(struct squashfs *fs, struct metadata_stream *stream, void *out, size_t size)
{
	uint8_t *to = out;
	while (size) {
		if (stream->at == stream->end) {
			/* Never into the next block: when that is damaged, what stands before it is still good. */
			int64_t count = read_some(fs, &stream->place, stream->buffer, sizeof(stream->buffer));
			if (count < 0)
				return (int)count;
			stream->at = 0;
			stream->end = (uint32_t)count;
		}
		size_t count = stream->end - stream->at < size ? stream->end - stream->at : size;
		memcpy(to, stream->buffer + stream->at, count);
		stream->at += (uint32_t)count;
		to += count;
		size -= count;
	}
	return 0;
}

int metadata_read_table(struct squashfs *fs, uint64_t index_position, uint64_t entry, void *out, size_t entry_size)
{
	uint64_t per_block = METADATA_BLOCK_SIZE / entry_size;
	uint8_t raw[8];
	int error = squashfs_read_raw(fs, index_position + entry / per_block * sizeof(raw), raw, sizeof(raw));
	if (error)
		return error;
	struct byte_cursor at = bytes_over(raw, sizeof(raw));
	struct metadata_place place = { .block = bytes_u64(&at), .offset = (uint32_t)(entry % per_block * entry_size) };
	return metadata_read(fs, &place, out, entry_size);
}
