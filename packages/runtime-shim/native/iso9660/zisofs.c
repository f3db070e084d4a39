#include "iso9660/zisofs.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "iso9660/file.h"
#include "system/bytes.h"

static const uint8_t magic_1[8] = { 0x37, 0xe4, 0x53, 0x96, 0xc9, 0xdb, 0xd6, 0x07 };
static const uint8_t magic_2[8] = { 0xef, 0x22, 0x55, 0xa1, 0xbc, 0x1b, 0x95, 0xa0 };

/* By the version: bytes of the header, and of a pointer. */
static const uint8_t header_sizes[] = { 0, 16, 24 };
static const uint8_t pointer_sizes[] = { 0, 4, 8 };

static bool header_fits(const uint8_t *raw, const struct inode *inode)
{
	unsigned version = inode->iso9660.zisofs_version;
	struct byte_cursor at = bytes_over(raw, header_sizes[version]);
	const uint8_t *magic = bytes_take(&at, 8); /* offset 0: magic */
	uint64_t size, header_size, shift, algorithm = 1;
	if (version == 1) {
		size = bytes_u32(&at);                        /* 8: uncompressed file size */
		header_size = bytes_take_integer(&at, 1) * 4; /* 12: header_size >> 2 */
		shift = bytes_take_integer(&at, 1);           /* 13: log2(block_size) */
	} else {
		bytes_take(&at, 1);                           /* 8: hdr_version */
		header_size = bytes_take_integer(&at, 1) * 4; /* 9: hdr_size */
		algorithm = bytes_take_integer(&at, 1);       /* 10: alg_id */
		shift = bytes_take_integer(&at, 1);           /* 11: hdr_bsize */
		size = bytes_u64(&at);                        /* 12: size */
	}
	return memcmp(magic, version == 1 ? magic_1 : magic_2, 8) == 0 && algorithm == 1 && size == inode->size &&
	       header_size == inode->iso9660.zisofs_header && shift == inode->iso9660.zisofs_shift &&
	       header_size >= header_sizes[version];
}

/* Where the pointers end and the blocks begin; false where that is behind the end of what is stored. */
static bool find_blocks_start(const struct inode *inode, uint64_t *start)
{
	uint64_t pointers = (zisofs_block_count(inode) + 1) * pointer_sizes[inode->iso9660.zisofs_version];
	*start = inode->iso9660.zisofs_header + pointers;
	return *start <= inode->iso9660.stored;
}

int zisofs_check(struct iso9660 *fs, const struct inode *inode)
{
	uint8_t raw[24];
	uint64_t blocks_start;
	unsigned version = inode->iso9660.zisofs_version;
	unsigned shift = inode->iso9660.zisofs_shift;
	if (version > 2 || !inode->iso9660.contiguous || shift < ZISOFS_SHIFT_LEAST || shift > ZISOFS_SHIFT_MOST)
		return -EIO;
	if (inode->iso9660.stored < header_sizes[version] || !find_blocks_start(inode, &blocks_start))
		return -EIO;
	int error = iso9660_read(fs, inode->iso9660.start, raw, header_sizes[version]);
	return !error && !header_fits(raw, inode) ? -EIO : error;
}

uint64_t zisofs_block_count(const struct inode *inode)
{
	uint64_t block_size = UINT64_C(1) << inode->iso9660.zisofs_shift;
	return inode->size / block_size + (inode->size % block_size != 0);
}

int zisofs_find(struct iso9660 *fs, const struct inode *inode, uint64_t index, struct zisofs_block *block)
{
	uint8_t raw[16];
	uint64_t blocks_start;
	size_t width = pointer_sizes[inode->iso9660.zisofs_version];
	uint64_t place = inode->iso9660.start + inode->iso9660.zisofs_header + index * width;
	int error = iso9660_read(fs, place, raw, 2 * width);
	if (error)
		return error;
	struct byte_cursor at = bytes_over(raw, 2 * width);
	uint64_t begin = bytes_take_integer(&at, width);
	uint64_t end = bytes_take_integer(&at, width);
	if (!find_blocks_start(inode, &blocks_start) || begin < blocks_start || end < begin || end > inode->iso9660.stored ||
	    end - begin > ISO9660_STORED_MOST)
		return -EIO;
	*block = (struct zisofs_block){ .position = inode->iso9660.start + begin, .stored = (uint32_t)(end - begin) };
	return 0;
}
