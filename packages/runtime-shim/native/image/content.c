#include "image/content.h"

#include <errno.h>
#include <stdlib.h>

#include "system/sha256.h"

#define PIECE_SIZE 262144
#define HEAD_SIZE 96 /* the superblock, or the beginning of a volume descriptor */

int content_digest(const struct image *image, const struct image_extent *extent, bool (*interrupted)(void),
		   uint8_t digest[PAYLOAD_DIGEST_SIZE])
{
	uint8_t *piece = malloc(PIECE_SIZE);
	int error = piece ? 0 : -ENOMEM;
	struct sha256 hash;
	sha256_open(&hash);
	for (uint64_t done = 0; !error && done < extent->size; done += PIECE_SIZE) {
		size_t part = extent->size - done < PIECE_SIZE ? (size_t)(extent->size - done) : PIECE_SIZE;
		error = interrupted && interrupted() ? -EINTR : image_read(image, extent->start + done, piece, part);
		if (!error)
			sha256_add(&hash, piece, part);
	}
	free(piece);
	sha256_close(&hash, digest);
	return error;
}

int content_key_of(const struct image *image, uint64_t start, const uint8_t digest[PAYLOAD_DIGEST_SIZE], content_key key)
{
	uint8_t head[HEAD_SIZE], result[SHA256_SIZE];
	struct sha256 hash;
	int error = image_read(image, start, head, sizeof(head));
	if (error)
		return error;
	sha256_open(&hash);
	sha256_add(&hash, digest, PAYLOAD_DIGEST_SIZE);
	sha256_add(&hash, head, sizeof(head));
	sha256_close(&hash, result);
	sha256_name(result, key, CONTENT_KEY_LENGTH);
	return 0;
}

bool content_key_claimed(const struct image *image, uint64_t start, content_key key)
{
	uint8_t digest[PAYLOAD_DIGEST_SIZE];
	return section_payload_digest(image, digest) && content_key_of(image, start, digest, key) == 0;
}
