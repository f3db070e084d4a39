#include "system/sha256.h"

#ifdef SHA256_HAS_INSTRUCTIONS

#include <cpuid.h>
#include <immintrin.h>

#define LEAF_1_SSSE3 (1u << 9)
#define LEAF_1_SSE41 (1u << 19)
#define LEAF_7_SHA (1u << 29)

bool sha256_instructions_work(void)
{
	unsigned a, b, c, d;
	unsigned wanted = LEAF_1_SSSE3 | LEAF_1_SSE41;
	if (!__get_cpuid(1, &a, &b, &c, &d) || (c & wanted) != wanted)
		return false;
	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && b & LEAF_7_SHA;
}

/*
 * The instructions want the eight words of the state as two registers, A B E F and C D G H, the first in the highest place.
 * Four rounds at a time; the message schedule runs along in a ring of four registers.
 */
__attribute__((target("sha,sse4.1,ssse3"))) void sha256_blocks_by_instructions(uint32_t state[8], const uint8_t *data,
									       size_t count)
{
	const __m128i big_endian = _mm_set_epi32(0x0c0d0e0f, 0x08090a0b, 0x04050607, 0x00010203);
	__m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xb1);
	__m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1b);
	__m128i abef = _mm_alignr_epi8(low, high, 8);
	__m128i cdgh = _mm_blend_epi16(high, low, 0xf0);

	for (; count; count--, data += SHA256_BLOCK_SIZE) {
		const __m128i abef_before = abef, cdgh_before = cdgh;
		__m128i ring[4];
		for (unsigned i = 0; i < 4; i++)
			ring[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(data + 16 * i)), big_endian);
#pragma clang loop unroll(full)
		for (unsigned i = 0; i < 16; i++) {
			const __m128i next = ring[(i + 1) % 4], last = ring[(i + 3) % 4];
			const __m128i constants = _mm_loadu_si128((const __m128i *)(sha256_constants + 4 * i));
			const __m128i sum = _mm_add_epi32(ring[i % 4], constants);
			cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
			abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
			__m128i later = _mm_sha256msg1_epu32(ring[i % 4], next);
			later = _mm_add_epi32(later, _mm_alignr_epi8(last, ring[(i + 2) % 4], 4));
			ring[i % 4] = _mm_sha256msg2_epu32(later, last);
		}
		abef = _mm_add_epi32(abef, abef_before);
		cdgh = _mm_add_epi32(cdgh, cdgh_before);
	}

	low = _mm_shuffle_epi32(abef, 0x1b);
	high = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128((__m128i *)state, _mm_blend_epi16(low, high, 0xf0));
	_mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(high, low, 8));
}

#endif
