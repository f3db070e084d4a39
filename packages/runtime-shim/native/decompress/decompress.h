/*
 * The compressors of SquashFS, by the number that the superblock gives them. A codec joins by one line in decompress.c.
 */
#ifndef DECOMPRESS_DECOMPRESS_H
#define DECOMPRESS_DECOMPRESS_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#define CODEC_GZIP 1

struct codec {
	uint16_t id; /* superblock: compression id */
	const char *name;
	void *(*open)(void);
	void (*close)(void *state);
	/* Returns 0 and the size of the output, -EIO or -ENOMEM. Never writes more than `capacity` bytes. */
	int (*decode)(void *state, const void *input, size_t input_size, void *output, size_t capacity, size_t *output_size);
};

/* The names of all that can be decoded, in the order of their ids. */
#define CODEC_NAMES "gzip xz lz4 zstd"

extern const struct codec codec_xz;
extern const struct codec codec_lz4;

const struct codec *codec_find(uint16_t id);

/* The name of a compressor of the specification, for messages, whether it can be decompressed here or not. */
const char *codec_name(uint16_t id);

/* A codec's state, and room for one stored block. Whoever decompresses takes one from the pool and puts it back. */
struct decoder {
	void *state;
	uint8_t *input;
	struct decoder *next;
};

struct decoder_pool {
	const struct codec *codec;
	size_t input_size;
	struct decoder *idle;
	pthread_mutex_t lock;
};

void decoder_pool_open(struct decoder_pool *pool, const struct codec *codec, size_t input_size);
void decoder_pool_close(struct decoder_pool *pool);
struct decoder *decoder_acquire(struct decoder_pool *pool); /* NULL: not enough memory */
void decoder_release(struct decoder_pool *pool, struct decoder *decoder);

#endif
