/*
 * SHA-256, as in FIPS 180-4.
 */
#ifndef SYSTEM_SHA256_H
#define SYSTEM_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32
#define SHA256_BLOCK_SIZE 64

struct sha256 {
	uint32_t state[8];
	uint64_t length;
	uint8_t block[SHA256_BLOCK_SIZE];
};

void sha256_open(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *data, size_t size);
void sha256_close(struct sha256 *hash, uint8_t digest[SHA256_SIZE]);

/* The first `length` hexadecimal digits of a digest, and a zero. */
void sha256_name(const uint8_t digest[SHA256_SIZE], char *name, size_t length);

extern const uint32_t sha256_constants[64];

#if defined(__x86_64__) || defined(__i386__)
#define SHA256_HAS_INSTRUCTIONS
/* Whether this processor has instructions for it, and whole blocks by those. */
bool sha256_instructions_work(void);
void sha256_blocks_by_instructions(uint32_t state[8], const uint8_t *data, size_t count);
#endif

#endif
