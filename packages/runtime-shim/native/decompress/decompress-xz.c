/*
 * Blocks as complete .xz streams, with any filters that liblzma knows. https://tukaani.org/xz/xz-file-format.txt
 */
#include <errno.h>
#include <lzma.h>
#include <stdlib.h>

#include "decompress/decompress.h"
#include "decompress/xz-checks.h"

/*
 * A stream says itself how large a dictionary it needs. For a block of at most 1 MiB more than that is pointless, but
 * encoders may ask for their default of 8 MiB; what is not written to costs address space only.
 */
#define MEMORY_LIMIT (UINT64_C(8) << 20 | UINT64_C(1) << 18)

static void *xz_open(void)
{
	xz_checks_prepare();
	lzma_stream *stream = malloc(sizeof(*stream));
	if (stream)
		*stream = (lzma_stream)LZMA_STREAM_INIT;
	return stream;
}

static void xz_close(void *state)
{
	lzma_end(state);
	free(state);
}

/* The memory of the block before serves this one too: beginning anew does not free it. */
static int xz_decode(void *state, const void *input, size_t input_size, void *output, size_t capacity, size_t *output_size)
{
	lzma_stream *stream = state;
	lzma_ret result = lzma_stream_decoder(stream, MEMORY_LIMIT, 0);
	stream->next_in = input;
	stream->avail_in = input_size;
	stream->next_out = output;
	stream->avail_out = capacity;
	while (result == LZMA_OK)
		result = lzma_code(stream, LZMA_FINISH);
	*output_size = capacity - stream->avail_out;
	if (result == LZMA_MEM_ERROR)
		return -ENOMEM;
	return result == LZMA_STREAM_END ? 0 : -EIO;
}

const struct codec codec_xz = { .id = 4, .name = "xz", .open = xz_open, .close = xz_close, .decode = xz_decode };
