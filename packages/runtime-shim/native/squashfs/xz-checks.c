/*
 * SquashFS stores CRC-32 in its xz streams, and the kernel reads nothing else. What liblzma's dispatcher refers to for the
 * other kinds of check would be 14 KiB of code and tables. CRC-64 is the default of the xz format and calculated here, slowly
 * and in few bytes; a stream with SHA-256 is damaged as far as this runtime can tell.
 */
#include <stddef.h>
#include <stdint.h>

#define POLYNOMIAL UINT64_C(0xc96c5795d7870f42) /* ECMA-182, reflected */

uint64_t lzma_crc64(const uint8_t *data, size_t size, uint64_t crc);
void lzma_sha256_init(void *state);
void lzma_sha256_update(const uint8_t *data, size_t size, void *state);
void lzma_sha256_finish(void *state);

uint64_t lzma_crc64(const uint8_t *data, size_t size, uint64_t crc)
{
	crc = ~crc;
	for (size_t i = 0; i < size; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
	}
	return ~crc;
}

/* The state begins with the digest that is compared: 64 bytes of room. */
static void spoil(void *state)
{
	for (size_t i = 0; i < 32; i++)
		((uint8_t *)state)[i] = 0;
}

void lzma_sha256_init(void *state)
{
	spoil(state);
}

void lzma_sha256_update(const uint8_t *data, size_t size, void *state)
{
	(void)data, (void)size, (void)state;
}

void lzma_sha256_finish(void *state)
{
	spoil(state);
}
