/*
 * An ISO 9660 image with Rock Ridge and zisofs, opened for reading by any number of threads: the payload of a type 1 AppImage,
 * whose first 32 KiB are its program. ECMA-119; IEEE P1281 and P1282.
 *
 * Numbers that are recorded in both byte orders are taken from the little-endian one, as Linux does.
 */
#ifndef ISO9660_ISO9660_H
#define ISO9660_ISO9660_H

#include <stddef.h>
#include <stdint.h>

#include "decompress/decompress.h"
#include "filesystem/block-cache.h"
#include "image/image.h"

/* Of the trees that an image may have, one is read. */
enum iso9660_names {
	NAMES_OF_ROCK_RIDGE,
	NAMES_OF_JOLIET,
	NAMES_PLAIN, /* they end without their version */
};

struct iso9660 {
	struct image image;
	uint32_t block_size; /* 512, 1024 or 2048 */
	enum iso9660_names names;
	uint32_t skip; /* bytes of every system use field that belong to somebody else */
	uint64_t root; /* where the root directory is */
	struct image_extent extent;
	struct decoder_pool decoders;
	struct block_cache metadata; /* stretches of the image */
	struct block_cache data;     /* pieces of files, as they are or decompressed */
};

/* As filesystem_open(). */
int iso9660_open(struct iso9660 *fs, const struct image *image, unsigned readers, const char **why);
void iso9660_close(struct iso9660 *fs);

/* Reads bytes of the image as they stand, by way of a cache: for what is small. Returns 0 or a negative errno. */
int iso9660_read(struct iso9660 *fs, uint64_t position, void *out, size_t size);

#endif
