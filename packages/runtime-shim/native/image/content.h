/*
 * Which payload an image has, whatever its file is called: what the extraction cache knows it by.
 */
#ifndef IMAGE_CONTENT_H
#define IMAGE_CONTENT_H

#include <stdbool.h>
#include <stdint.h>

#include "image/image.h"
#include "image/sections.h"

#define CONTENT_KEY_LENGTH 40

/* Hexadecimal digits and a zero. */
typedef char content_key[CONTENT_KEY_LENGTH + 1];

/*
 * SHA-256 of that part of the payload. Asks `interrupted` now and then, if it is not NULL, and returns -EINTR when
 * that says so; else 0 or a negative errno.
 */
int content_digest(const struct image *image, const struct image_extent *extent, bool (*interrupted)(void),
		   uint8_t digest[PAYLOAD_DIGEST_SIZE]);

/*
 * The key of a payload of which that part has that digest. Its superblock, with which the part begins, has a share in it: of an image whose payload was replaced without its
 * embedded digest, that digest does not give the key of the payload before. Returns 0 or a negative errno.
 */
int content_key_of(const struct image *image, uint64_t start, const uint8_t digest[PAYLOAD_DIGEST_SIZE], content_key key);

/* The key by the digest that is embedded, read but not proven. False when none is. */
bool content_key_claimed(const struct image *image, uint64_t start, content_key key);

#endif
