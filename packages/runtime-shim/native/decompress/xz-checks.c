/*
 * The sums that liblzma's dispatcher refers to, in fewer bytes of program than the library's own.
 *
 * SquashFS stores CRC-32 in its xz streams, and the kernel reads nothing else: it is as fast as the library's, with the tables
 * made when the first xz image is opened instead of kept in the file. CRC-64, the default of the xz format, is calculated
 * slowly. A stream with SHA-256 is damaged as far as this runtime can tell.
 */
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include "decompress/xz-checks.h"
#include "system/bytes.h"

#define POLYNOMIAL_32 UINT32_C(0xedb88320)         /* IEEE 802.3, reflected */
#define POLYNOMIAL_64 UINT64_C(0xc96c5795d7870f42) /* ECMA-182, reflected */

/* What a byte does to the sum when 0 to 7 others follow it. */
static uint32_t tables[8][256];

uint32_t lzma_crc32(const uint8_t *data, size_t size, uint32_t crc);
uint64_t lzma_crc64(const uint8_t *data, size_t size, uint64_t crc);
void lzma_sha256_init(void *state);
void lzma_sha256_update(const uint8_t *data, size_t size, void *state);
void lzma_sha256_finish(void *state);

static void make_tables(void)
{
	for (uint32_t byte = 0; byte < 256; byte++) {
		uint32_t crc = byte;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL_32 : 0);
		tables[0][byte] = crc;
	}
	for (int following = 1; following < 8; following++) {
		for (uint32_t byte = 0; byte < 256; byte++) {
			uint32_t crc = tables[following - 1][byte];
			tables[following][byte] = crc >> 8 ^ tables[0][crc & 0xff];
		}
	}
}

void xz_checks_prepare(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, make_tables);
}

uint32_t lzma_crc32(const uint8_t *data, size_t size, uint32_t crc)
{
	crc = ~crc;
	for (; size >= 8; size -= 8, data += 8) {
		struct byte_cursor at = bytes_over(data, 8);
		uint32_t low = bytes_u32(&at) ^ crc;
		uint32_t high = bytes_u32(&at);
		crc = tables[7][low & 0xff] ^ tables[6][low >> 8 & 0xff] ^ tables[5][low >> 16 & 0xff] ^ tables[4][low >> 24] ^
		      tables[3][high & 0xff] ^ tables[2][high >> 8 & 0xff] ^ tables[1][high >> 16 & 0xff] ^
		      tables[0][high >> 24];
	}
	for (size_t i = 0; i < size; i++)
		crc = crc >> 8 ^ tables[0][(crc ^ data[i]) & 0xff];
	return ~crc;
}

uint64_t lzma_crc64(const uint8_t *data, size_t size, uint64_t crc)
{
	crc = ~crc;
	for (size_t i = 0; i < size; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL_64 : 0);
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
