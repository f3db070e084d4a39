/* The first byte chooses the compressor, the second how much room there is; the rest is a block as an image would store it. */
#include <stdlib.h>
#include <string.h>

#include "decompress/decompress.h"
#include "fuzz/targets.h"

#define IDS 7
#define ROOM_MAX (UINT32_C(1) << 20)

/* A state is used again and again, for good blocks and bad ones, as by a mount. */
static struct decoder_pool pools[IDS];

void fuzz_codecs(const uint8_t *data, size_t size)
{
	if (size < 2)
		return;
	const struct codec *codec = codec_find(data[0] % IDS);
	if (!codec)
		return;
	struct decoder_pool *pool = &pools[data[0] % IDS];
	if (!pool->codec)
		decoder_pool_open(pool, codec, ROOM_MAX);
	size_t room = ((size_t)data[1] << 12 | (size & 0xfff)) + 1;
	uint8_t *input = malloc(size - 2 + 1);
	uint8_t *output = malloc(room);
	struct decoder *decoder = decoder_acquire(pool);
	if (!input || !output || !decoder)
		abort();
	memcpy(input, data + 2, size - 2);
	/* Exactly as large as they are said to be, so that one byte too many is seen. */
	input = realloc(input, size > 2 ? size - 2 : 1);
	size_t written = 0;
	if (codec->decode(decoder->state, input, size - 2, output, room, &written) == 0) {
		if (written > room)
			abort();
		uint8_t sum = 0;
		for (size_t i = 0; i < written; i++)
			sum ^= output[i];
		/* With that much room and no more, the same comes out. */
		size_t again = 0;
		if (written && codec->decode(decoder->state, input, size - 2, output, written, &again))
			abort();
		for (size_t i = 0; i < again; i++)
			sum ^= output[i];
		if (written && (again != written || sum))
			abort();
	}
	decoder_release(pool, decoder);
	free(input);
	free(output);
}
