#include "squashfs/squashfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "squashfs/file.h"
#include "system/bytes.h"

#define METADATA_SLOTS 512 /* 4 MiB, touched as they are needed */
#define DATA_CACHE_SIZE (UINT32_C(16) << 20)
#define PREFETCH_SLOTS 4

int squashfs_read_raw(struct squashfs *fs, uint64_t position, void *out, size_t size)
{
	if (position > fs->super.bytes_used || size > fs->super.bytes_used - position)
		return -EIO;
	int error = image_read(&fs->image, position, out, size);
	return error ? -EIO : 0;
}

int squashfs_load(struct squashfs *fs, uint64_t position, uint32_t stored_size, bool compressed, uint8_t *out,
		  uint32_t capacity, uint32_t *size)
{
	if (stored_size > capacity)
		return -EIO;
	if (!compressed) {
		*size = stored_size;
		return squashfs_read_raw(fs, position, out, stored_size);
	}
	struct decoder *decoder = decoder_acquire(&fs->decoders);
	if (!decoder)
		return -ENOMEM;
	size_t output_size = 0;
	int error = squashfs_read_raw(fs, position, decoder->input, stored_size);
	if (!error)
		error = fs->decoders.codec->decode(decoder->state, decoder->input, stored_size, out, capacity, &output_size);
	decoder_release(&fs->decoders, decoder);
	*size = (uint32_t)output_size;
	return error;
}

/* The ids are few, wanted by every inode and never change: they are read once. */
static int read_ids(struct squashfs *fs)
{
	fs->ids = calloc(fs->super.id_count, sizeof(*fs->ids));
	if (!fs->ids)
		return -ENOMEM;
	for (uint32_t i = 0; i < fs->super.id_count; i++) {
		uint8_t raw[4];
		int error = metadata_read_table(fs, fs->super.id_table, i, raw, sizeof(raw));
		if (error)
			return error;
		struct byte_cursor at = bytes_over(raw, sizeof(raw));
		fs->ids[i] = bytes_u32(&at);
	}
	return 0;
}

/*
 * Every reader may hold all the blocks of one read, and must always be able to go on: with fewer slots than that, readers
 * could wait for each other. More of them are only for speed, so where memory is limited, fewer will do.
 */
static int open_data_cache(struct squashfs *fs, unsigned readers)
{
	const struct superblock *super = &fs->super;
	size_t held = readers * (FILE_READ_MAX / super->block_size + 2) + PREFETCH_SLOTS;
	size_t wanted = DATA_CACHE_SIZE / super->block_size;
	if (wanted < held)
		wanted = held;
	for (;;) {
		int error = block_cache_open(&fs->data, super->block_size, wanted, file_load_block, fs);
		if (!error || wanted == held)
			return error;
		wanted = wanted / 2 > held ? wanted / 2 : held;
	}
}

int squashfs_open(struct squashfs *fs, const struct image *image, unsigned readers, const char **why)
{
	memset(fs, 0, sizeof(*fs));
	fs->image = *image;
	int error = superblock_read(image, &fs->super, why);
	if (error)
		return error;

	const struct codec *codec = codec_find(fs->super.compression_id);
	if (!codec) {
		static char text[128];
		snprintf(text, sizeof(text),
			 "its compressor is not supported by this runtime (" CODEC_NAMES " are); it is compressed with %s",
			 codec_name(fs->super.compression_id));
		*why = text;
		return -ENOTSUP;
	}

	*why = "not enough memory";
	size_t input_size = fs->super.block_size > METADATA_BLOCK_SIZE ? fs->super.block_size : METADATA_BLOCK_SIZE;
	decoder_pool_open(&fs->decoders, codec, input_size);
	block_index_open(&fs->index);
	error = block_cache_open(&fs->metadata, METADATA_BLOCK_SIZE, METADATA_SLOTS, metadata_load, fs);
	if (!error)
		error = open_data_cache(fs, readers);
	if (!error) {
		*why = "its id table is damaged";
		error = read_ids(fs);
	}
	if (error)
		squashfs_close(fs);
	return error;
}

void squashfs_close(struct squashfs *fs)
{
	if (fs->data.memory)
		block_cache_close(&fs->data);
	if (fs->metadata.memory)
		block_cache_close(&fs->metadata);
	block_index_close(&fs->index);
	decoder_pool_close(&fs->decoders);
	free(fs->ids);
	fs->ids = NULL;
}
