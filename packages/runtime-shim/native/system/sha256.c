#include "system/sha256.h"

#include <string.h>

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes (4.2.2). */
const uint32_t sha256_constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
	0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
	0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
	0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t value, unsigned by)
{
	return value >> by | value << (32 - by);
}

static uint32_t big_endian(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void expand(const uint8_t block[64], uint32_t schedule[64])
{
	for (unsigned i = 0; i < 16; i++)
		schedule[i] = big_endian(block + 4 * i);
	for (unsigned i = 16; i < 64; i++) {
		uint32_t a = schedule[i - 15], b = schedule[i - 2];
		uint32_t s0 = rotate(a, 7) ^ rotate(a, 18) ^ a >> 3;
		uint32_t s1 = rotate(b, 17) ^ rotate(b, 19) ^ b >> 10;
		schedule[i] = schedule[i - 16] + s0 + schedule[i - 7] + s1;
	}
}

static void compress(uint32_t state[8], const uint8_t block[SHA256_BLOCK_SIZE])
{
	uint32_t schedule[64];
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
	uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
	expand(block, schedule);
	/* After eight rounds the words are in their places again: none has to be moved. */
#pragma clang loop unroll_count(8)
	for (unsigned i = 0; i < 64; i++) {
		uint32_t sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
		uint32_t t1 = h + sum1 + ((e & f) ^ (~e & g)) + sha256_constants[i] + schedule[i];
		uint32_t sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
		uint32_t t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
		h = g, g = f, f = e, e = d + t1;
		d = c, c = b, b = a, a = t1 + t2;
	}
	state[0] += a, state[1] += b, state[2] += c, state[3] += d;
	state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static void add_blocks(struct sha256 *hash, const uint8_t *data, size_t count)
{
#ifdef SHA256_HAS_INSTRUCTIONS
	if (sha256_instructions_work()) {
		sha256_blocks_by_instructions(hash->state, data, count);
		return;
	}
#endif
	for (; count; count--, data += SHA256_BLOCK_SIZE)
		compress(hash->state, data);
}

void sha256_open(struct sha256 *hash)
{
	static const uint32_t initial[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
					     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
	memcpy(hash->state, initial, sizeof(initial));
	hash->length = 0;
}

/* Whole blocks are taken from where they are; what is less waits for the rest of its block. */
void sha256_add(struct sha256 *hash, const void *data, size_t size)
{
	const uint8_t *from = data;
	size_t waiting = hash->length % SHA256_BLOCK_SIZE;
	hash->length += size;
	if (waiting) {
		size_t missing = SHA256_BLOCK_SIZE - waiting;
		size_t count = size < missing ? size : missing;
		memcpy(hash->block + waiting, from, count);
		from += count;
		size -= count;
		if (count < missing)
			return;
		add_blocks(hash, hash->block, 1);
	}
	size_t whole = size / SHA256_BLOCK_SIZE;
	if (whole)
		add_blocks(hash, from, whole);
	memcpy(hash->block, from + whole * SHA256_BLOCK_SIZE, size % SHA256_BLOCK_SIZE);
}

void sha256_close(struct sha256 *hash, uint8_t digest[SHA256_SIZE])
{
	static const uint8_t padding[SHA256_BLOCK_SIZE] = { 0x80 };
	uint64_t bits = hash->length * 8;
	uint8_t length[8];
	for (unsigned i = 0; i < 8; i++)
		length[i] = (uint8_t)(bits >> (56 - 8 * i));
	size_t waiting = hash->length % SHA256_BLOCK_SIZE;
	sha256_add(hash, padding, (waiting < 56 ? 56 : 120) - waiting);
	sha256_add(hash, length, sizeof(length));
	for (unsigned i = 0; i < SHA256_SIZE; i++)
		digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
}

void sha256_name(const uint8_t digest[SHA256_SIZE], char *name, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < length; i++)
		name[i] = digits[digest[i / 2] >> (i % 2 ? 0 : 4) & 15];
	name[length] = '\0';
}
