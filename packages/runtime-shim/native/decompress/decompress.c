#include "decompress/decompress.h"

#include <errno.h>
#include <libdeflate.h>
#include <stdbool.h>
#include <stdlib.h>
#include <zstd.h>

static void *zlib_open(void)
{
	return libdeflate_alloc_decompressor();
}

static void zlib_close(void *state)
{
	libdeflate_free_decompressor(state);
}

static int zlib_decode(void *state, const void *input, size_t input_size, void *output, size_t capacity, size_t *output_size)
{
	enum libdeflate_result result = libdeflate_zlib_decompress(state, input, input_size, output, capacity, output_size);
	return result == LIBDEFLATE_SUCCESS ? 0 : -EIO;
}

static void *zstd_open(void)
{
	return ZSTD_createDCtx();
}

static void zstd_close(void *state)
{
	ZSTD_freeDCtx(state);
}

static int zstd_decode(void *state, const void *input, size_t input_size, void *output, size_t capacity, size_t *output_size)
{
	*output_size = ZSTD_decompressDCtx(state, output, capacity, input, input_size);
	return ZSTD_isError(*output_size) ? -EIO : 0;
}

static const struct codec codec_gzip = {
	.id = CODEC_GZIP,
	.name = "gzip",
	.open = zlib_open,
	.close = zlib_close,
	.decode = zlib_decode,
};
static const struct codec codec_zstd = {
	.id = 6,
	.name = "zstd",
	.open = zstd_open,
	.close = zstd_close,
	.decode = zstd_decode,
};

static const struct codec *const codecs[] = { &codec_gzip, &codec_xz, &codec_lz4, &codec_zstd };

/* The same for tools that want to know it without running this program, in a section of its own; and that it reads images of type 1. */
__attribute__((used, retain, section(".payload_methods"), aligned(1))) static const char payload_methods[] =
	CODEC_NAMES " iso9660";

const struct codec *codec_find(uint16_t id)
{
	for (size_t i = 0; i < sizeof(codecs) / sizeof(codecs[0]); i++) {
		if (codecs[i]->id == id)
			return codecs[i];
	}
	return NULL;
}

const char *codec_name(uint16_t id)
{
	static const char *const names[] = { "unknown", "gzip", "lzma", "lzo", "xz", "lz4", "zstd" };
	return names[id < sizeof(names) / sizeof(names[0]) ? id : 0];
}

void decoder_pool_open(struct decoder_pool *pool, const struct codec *codec, size_t input_size)
{
	pool->codec = codec;
	pool->input_size = input_size;
	pool->idle = NULL;
	pthread_mutex_init(&pool->lock, NULL);
}

static void decoder_free(const struct codec *codec, struct decoder *decoder)
{
	if (decoder->state)
		codec->close(decoder->state);
	free(decoder->input);
	free(decoder);
}

void decoder_pool_close(struct decoder_pool *pool)
{
	while (pool->idle) {
		struct decoder *decoder = pool->idle;
		pool->idle = decoder->next;
		decoder_free(pool->codec, decoder);
	}
	pthread_mutex_destroy(&pool->lock);
}

struct decoder *decoder_acquire(struct decoder_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	struct decoder *decoder = pool->idle;
	if (decoder)
		pool->idle = decoder->next;
	pthread_mutex_unlock(&pool->lock);
	if (decoder)
		return decoder;

	decoder = calloc(1, sizeof(*decoder));
	if (!decoder)
		return NULL;
	decoder->state = pool->codec->open();
	decoder->input = malloc(pool->input_size);
	if (decoder->state && decoder->input)
		return decoder;
	decoder_free(pool->codec, decoder);
	return NULL;
}

void decoder_release(struct decoder_pool *pool, struct decoder *decoder)
{
	pthread_mutex_lock(&pool->lock);
	decoder->next = pool->idle;
	pool->idle = decoder;
	pthread_mutex_unlock(&pool->lock);
}
