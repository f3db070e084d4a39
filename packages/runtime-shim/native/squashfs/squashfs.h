/*
 * A SquashFS 4.0 image, opened for reading by any number of threads.
 * https://dr-emann.github.io/squashfs/squashfs.html
 *
 * Nothing in the image is believed: every count, offset and length is checked where it is read, and a read that fails its
 * check answers -EIO.
 */
#ifndef SQUASHFS_SQUASHFS_H
#define SQUASHFS_SQUASHFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decompress/decompress.h"
#include "filesystem/block-cache.h"
#include "filesystem/file.h"
#include "image/image.h"
#include "squashfs/block-index.h"
#include "squashfs/metadata.h"
#include "squashfs/superblock.h"

struct squashfs {
	struct image image;
	struct superblock super;
	uint32_t *ids; /* super.id_count users and groups */
	struct decoder_pool decoders;
	struct block_cache metadata;
	struct block_cache data; /* data blocks and fragment blocks */
	struct block_index index;
};

/*
 * Opens the payload of `image`, whose descriptor stays the caller's. `readers` is how many threads will read at once.
 * Returns 0 or a negative errno; `*why` then is a static text.
 */
int squashfs_open(struct squashfs *fs, const struct image *image, unsigned readers, const char **why);
void squashfs_close(struct squashfs *fs);

/* Reads bytes of the image as they stand, within what the superblock says is used. */
int squashfs_read_raw(struct squashfs *fs, uint64_t position, void *out, size_t size);

/* Reads a stored block and decompresses it if need be. Never writes more than `capacity` bytes. */
int squashfs_load(struct squashfs *fs, uint64_t position, uint32_t stored_size, bool compressed, uint8_t *out,
		  uint32_t capacity, uint32_t *size);

#endif
