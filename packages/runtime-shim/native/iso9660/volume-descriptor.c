#include "iso9660/volume-descriptor.h"

#include <errno.h>
#include <string.h>

#include "system/bytes.h"

#define SECTOR_SIZE 2048
#define DESCRIPTORS_MAX 84 /* as many as Linux looks at */

enum { TYPE_PRIMARY = 1, TYPE_SUPPLEMENTARY = 2, TYPE_TERMINATOR = 255 };

/* Returns whether the fields make sense. */
static bool parse(const uint8_t raw[SECTOR_SIZE], struct volume_descriptor *volume)
{
	struct byte_cursor at = bytes_over(raw, SECTOR_SIZE);
	bytes_take(&at, 80);
	volume->space_size = bytes_u32(&at);                      /* offset 80: Volume Space Size */
	bytes_take(&at, 44);                                      /* 84 */
	volume->block_size = bytes_u16(&at);                      /* 128: Logical Block Size */
	bytes_take(&at, 27);                                      /* 130 */
	uint8_t attributes = (uint8_t)bytes_take_integer(&at, 1); /* 157: Extended Attribute Record Length of the root */
	uint32_t location = bytes_u32(&at);                       /* 158: Location of Extent of the root */
	volume->root = ((uint64_t)location + attributes) * volume->block_size;
	return volume->block_size == 512 || volume->block_size == 1024 || volume->block_size == 2048;
}

/* Offset 88: the escape sequences of UCS-2, level 1, 2 and 3. */
static bool is_joliet(const uint8_t raw[SECTOR_SIZE])
{
	return raw[88] == '%' && raw[89] == '/' && (raw[90] == '@' || raw[90] == 'C' || raw[90] == 'E');
}

int volumes_read(const struct image *image, struct volumes *volumes, const char **why)
{
	uint8_t raw[SECTOR_SIZE];
	bool has_primary = false;
	memset(volumes, 0, sizeof(*volumes));
	for (unsigned i = 0; i < DESCRIPTORS_MAX; i++) {
		*why = "it ends within the volume descriptors";
		int error = image_read(image, VOLUME_DESCRIPTORS_AT + (uint64_t)i * SECTOR_SIZE, raw, sizeof(raw));
		/* Some writers leave the terminator out. */
		if (error && has_primary)
			break;
		if (error)
			return error;
		*why = "a volume descriptor is damaged";
		if (memcmp(raw + 1, "CD001", 5) != 0)
			return -EINVAL;
		if (raw[0] == TYPE_TERMINATOR)
			break;
		bool is_primary = raw[0] == TYPE_PRIMARY && !has_primary;
		bool is_supplementary = raw[0] == TYPE_SUPPLEMENTARY && is_joliet(raw) && !volumes->has_joliet;
		if (is_primary && !parse(raw, &volumes->primary))
			return -EINVAL;
		if (is_supplementary && !parse(raw, &volumes->joliet))
			return -EINVAL;
		has_primary |= is_primary;
		volumes->has_joliet |= is_supplementary;
	}
	*why = "it has no primary volume descriptor";
	return has_primary ? 0 : -EINVAL;
}

int volume_extent(const struct image *image, const struct volume_descriptor *primary, struct image_extent *extent,
		  const char **why)
{
	uint64_t end = (uint64_t)primary->space_size * primary->block_size;
	*why = "the file is truncated: it is shorter than its volume descriptor says";
	if (end > image->size)
		return -ENODATA;
	*why = "its volume descriptor says that it has no content";
	if (end <= VOLUME_DESCRIPTORS_AT)
		return -EINVAL;
	*extent = (struct image_extent){ .start = VOLUME_DESCRIPTORS_AT, .size = end - VOLUME_DESCRIPTORS_AT };
	return 0;
}
