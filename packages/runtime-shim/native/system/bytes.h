/*
 * Little-endian records out of bytes that nobody vouches for.
 *
 * A cursor never passes its end. Taking more than there is yields zeros and marks the cursor as overrun, so that a parser
 * reads a whole record in the order of the specification and asks once, at its end, whether all of it was there.
 */
#ifndef SYSTEM_BYTES_H
#define SYSTEM_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct byte_cursor {
	const uint8_t *data;
	size_t size;
	size_t at;
	bool overrun;
};

static inline struct byte_cursor bytes_over(const void *data, size_t size)
{
	return (struct byte_cursor){ .data = data, .size = size };
}

static inline const uint8_t *bytes_take(struct byte_cursor *cursor, size_t count)
{
	if (cursor->overrun || count > cursor->size - cursor->at) {
		cursor->overrun = true;
		return NULL;
	}
	const uint8_t *taken = cursor->data + cursor->at;
	cursor->at += count;
	return taken;
}

/* All machines that this is built for are little-endian, as the format is. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "integers would have to be swapped");

static inline uint64_t bytes_take_integer(struct byte_cursor *cursor, size_t width)
{
	const uint8_t *taken = bytes_take(cursor, width);
	uint64_t value = 0;
	if (taken)
		memcpy(&value, taken, width);
	return value;
}

static inline uint16_t bytes_u16(struct byte_cursor *cursor)
{
	return (uint16_t)bytes_take_integer(cursor, 2);
}

static inline uint32_t bytes_u32(struct byte_cursor *cursor)
{
	return (uint32_t)bytes_take_integer(cursor, 4);
}

static inline uint64_t bytes_u64(struct byte_cursor *cursor)
{
	return bytes_take_integer(cursor, 8);
}

#endif
