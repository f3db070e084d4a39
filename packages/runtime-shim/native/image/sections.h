/*
 * The room that a runtime keeps for what belongs to one image: tools fill it in when the image is made, updated or signed.
 */
#ifndef IMAGE_SECTIONS_H
#define IMAGE_SECTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "image/image.h"

#define PAYLOAD_DIGEST_SIZE 32
#define MOUNT_MODE_SIZE 16

/*
 * .payload_sha256: what SHA-256 makes of the payload, from its beginning for the `bytes_used` of its superblock. Returns false
 * when none is embedded.
 */
bool section_payload_digest(const struct image *image, uint8_t digest[PAYLOAD_DIGEST_SIZE]);

/* .mount_mode: the packager's wish, a word as in APPIMAGE_MOUNT; "" when there is none. */
void section_mount_mode(const struct image *image, char mode[MOUNT_MODE_SIZE + 1]);

#endif
