/*
 * LZ4 blocks. https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
 *
 * The decoder is our own: the distribution's library has it in one object with the compressor, and one cannot be linked
 * without the other's 50 KiB.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "decompress/decompress.h"

#define LENGTH_MORE 15u /* of either half of a token: more bytes of the length follow */
#define MATCH_MIN 4u
#define CHUNK 16u

struct input {
	const uint8_t *at;
	const uint8_t *end;
};

struct output {
	uint8_t *start;
	uint8_t *at;
	uint8_t *end;
};

static size_t input_left(const struct input *from)
{
	return (size_t)(from->end - from->at);
}

static size_t output_left(const struct output *to)
{
	return (size_t)(to->end - to->at);
}

/* Adds the bytes that follow a length of 15. Cannot overflow: the input is shorter than 2^24 bytes. */
static bool read_length(struct input *from, size_t *length)
{
	uint8_t more;
	do {
		if (from->at == from->end)
			return false;
		more = *from->at++;
		*length += more;
	} while (more == UINT8_MAX);
	return true;
}

/* Copies in whole chunks, up to 15 bytes too many: there must be room for them on both sides. */
static void copy_chunks(uint8_t *to, const uint8_t *from, size_t length)
{
	const uint8_t *end = to + length;
	do {
		memcpy(to, from, CHUNK);
		to += CHUNK;
		from += CHUNK;
	} while (to < end);
}

static bool copy_literals(struct input *from, struct output *to, size_t length)
{
	if (length > input_left(from) || length > output_left(to))
		return false;
	if (input_left(from) - length >= CHUNK && output_left(to) - length >= CHUNK)
		copy_chunks(to->at, from->at, length);
	else
		memcpy(to->at, from->at, length);
	from->at += length;
	to->at += length;
	return true;
}

/* What is copied may reach into what is being written: a short offset repeats the last bytes. */
static bool copy_match(struct output *to, size_t offset, size_t length)
{
	if (!offset || offset > (size_t)(to->at - to->start) || length > output_left(to))
		return false;
	const uint8_t *from = to->at - offset;
	if (offset >= CHUNK && output_left(to) - length >= CHUNK) {
		copy_chunks(to->at, from, length);
	} else if (offset == 1) {
		memset(to->at, *from, length);
	} else {
		for (size_t i = 0; i < length; i++)
			to->at[i] = from[i];
	}
	to->at += length;
	return true;
}

/* One sequence: literals, then a match. The last one of a block has no match; `*last` tells. */
static bool decode_sequence(struct input *from, struct output *to, bool *last)
{
	uint8_t token = *from->at++;
	size_t literals = token >> 4;
	if (literals == LENGTH_MORE && !read_length(from, &literals))
		return false;
	if (!copy_literals(from, to, literals))
		return false;
	*last = from->at == from->end;
	if (*last)
		return true;
	if (input_left(from) < 2)
		return false;
	size_t offset = from->at[0] | (size_t)from->at[1] << 8;
	from->at += 2;
	size_t match = token & LENGTH_MORE;
	if (match == LENGTH_MORE && !read_length(from, &match))
		return false;
	return copy_match(to, offset, match + MATCH_MIN);
}

static void *lz4_open(void)
{
	static uint8_t none;
	return &none;
}

static void lz4_close(void *state)
{
	(void)state;
}

static int lz4_decode(void *state, const void *input, size_t input_size, void *output, size_t capacity, size_t *output_size)
{
	(void)state;
	struct input from = { .at = input, .end = (const uint8_t *)input + input_size };
	struct output to = { .start = output, .at = output, .end = (uint8_t *)output + capacity };
	bool last = false;
	while (!last) {
		if (from.at == from.end || !decode_sequence(&from, &to, &last))
			return -EIO;
	}
	*output_size = (size_t)(to.at - to.start);
	return 0;
}

const struct codec codec_lz4 = { .id = 5, .name = "lz4", .open = lz4_open, .close = lz4_close, .decode = lz4_decode };
