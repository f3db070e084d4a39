/*
 * Volume descriptors: one sector each, from sector 16 on. ECMA-119, sections 8.1 to 8.5.
 */
#ifndef ISO9660_VOLUME_DESCRIPTOR_H
#define ISO9660_VOLUME_DESCRIPTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "image/image.h"

/* Where the descriptors begin; what is before them belongs to nobody. */
#define VOLUME_DESCRIPTORS_AT 32768u

struct volume_descriptor {
	uint32_t space_size; /* offset 80: blocks in the volume */
	uint16_t block_size; /* 128: 512, 1024 or 2048 */
	uint64_t root;       /* 156: from the record of the root directory: where that is, in bytes */
};

/* The descriptors that somebody here has a use for. */
struct volumes {
	struct volume_descriptor primary;
	struct volume_descriptor joliet;
	bool has_joliet;
};

/* Returns 0 or a negative errno; `*why` then is a static text. */
int volumes_read(const struct image *image, struct volumes *volumes, const char **why);

/* From the descriptors to the end of the volume, which has to be there. */
int volume_extent(const struct image *image, const struct volume_descriptor *primary, struct image_extent *extent,
		  const char **why);

#endif
