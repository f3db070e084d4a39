/*
 * SHA-256, as in FIPS 180-4.
 */
#ifndef EXTRACT_SHA256_H
#define EXTRACT_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32

struct sha256 {
	uint32_t state[8];
	uint64_t length;
	uint8_t block[64];
};

void sha256_open(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *data, size_t size);
void sha256_close(struct sha256 *hash, uint8_t digest[SHA256_SIZE]);

#endif
