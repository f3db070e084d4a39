/*
 * Metadata: streams of up to 8 KiB blocks, each compressed on its own. Inodes, directories and the lookup tables live there.
 */
#ifndef SQUASHFS_METADATA_H
#define SQUASHFS_METADATA_H

#include <stddef.h>
#include <stdint.h>

#include "filesystem/block-cache.h"

#define METADATA_BLOCK_SIZE 8192

struct squashfs;

/* A place in a stream of metadata. Reading moves it on. */
struct metadata_place {
	uint64_t block;  /* position of the stored block in the payload */
	uint32_t offset; /* in the decompressed block, at most its size */
};

/* The place that a 48-bit reference (block << 16 | offset) names, in the table that begins at `table`. */
struct metadata_place metadata_at_reference(uint64_t table, uint64_t reference);

/* Reads `size` bytes, over the borders of blocks, or skips them when `out` is NULL. Returns 0 or a negative errno. */
int metadata_read(struct squashfs *fs, struct metadata_place *place, void *out, size_t size);

/* The same for many small pieces, one behind the other, without a look into the cache for each of them. */
struct metadata_stream {
	struct metadata_place place; /* behind what is in the buffer */
	uint32_t at, end;            /* of what is there and not taken yet */
	uint8_t buffer[512];
};

struct metadata_stream metadata_stream_at(struct metadata_place place);
int metadata_stream_read(struct squashfs *fs, struct metadata_stream *stream, void *out, size_t size);

/*
 * Reads one entry of a lookup table (ids, fragments, extended attributes): metadata blocks whose positions stand, each in
 * eight plain bytes, at `index_position`.
 */
int metadata_read_table(struct squashfs *fs, uint64_t index_position, uint64_t entry, void *out, size_t entry_size);

block_loader metadata_load;

#endif
