#include "squashfs/superblock.h"

#include <errno.h>
#include <stdbool.h>

#include "system/bytes.h"

#define MAGIC 0x73717368u

static void parse(struct byte_cursor *at, struct superblock *super)
{
	super->magic = bytes_u32(at);
	super->inode_count = bytes_u32(at);
	super->modification_time = bytes_u32(at);
	super->block_size = bytes_u32(at);
	super->fragment_count = bytes_u32(at);
	super->compression_id = bytes_u16(at);
	super->block_log = bytes_u16(at);
	super->flags = bytes_u16(at);
	super->id_count = bytes_u16(at);
	super->version_major = bytes_u16(at);
	super->version_minor = bytes_u16(at);
	super->root_inode = bytes_u64(at);
	super->bytes_used = bytes_u64(at);
	super->id_table = bytes_u64(at);
	super->xattr_table = bytes_u64(at);
	super->inode_table = bytes_u64(at);
	super->directory_table = bytes_u64(at);
	super->fragment_table = bytes_u64(at);
	super->export_table = bytes_u64(at);
}

/* Every table that is there begins behind the superblock and before the end of the image. */
static bool table_fits(const struct superblock *super, uint64_t table, bool optional)
{
	return (optional && table == TABLE_ABSENT) || (table >= SUPERBLOCK_SIZE && table < super->bytes_used);
}

int superblock_read(const struct image *image, struct superblock *super, const char **why)
{
	uint8_t raw[SUPERBLOCK_SIZE];
	*why = "it ends within the superblock";
	int error = image_read(image, 0, raw, sizeof(raw));
	if (error)
		return error;
	struct byte_cursor at = bytes_over(raw, sizeof(raw));
	parse(&at, super);

	*why = "it is no SquashFS image: the magic \"hsqs\" is missing";
	if (super->magic != MAGIC)
		return -EINVAL;
	*why = "its SquashFS version is not 4.0";
	if (super->version_major != 4 || super->version_minor != 0)
		return -EINVAL;
	*why = "its block size is not a power of two from 4 KiB to 1 MiB";
	if (super->block_log < 12 || super->block_log > 20 || super->block_size != UINT32_C(1) << super->block_log)
		return -EINVAL;
	*why = "the file is truncated: it is shorter than the superblock says";
	if (super->bytes_used > image->size)
		return -ENODATA;
	*why = "a table of the superblock lies outside the image";
	if (super->bytes_used < SUPERBLOCK_SIZE || !table_fits(super, super->id_table, false) ||
	    !table_fits(super, super->inode_table, false) || !table_fits(super, super->directory_table, false) ||
	    !table_fits(super, super->fragment_table, true) || !table_fits(super, super->xattr_table, true))
		return -EINVAL;
	*why = "its id table is empty";
	if (!super->id_count)
		return -EINVAL;
	return 0;
}
