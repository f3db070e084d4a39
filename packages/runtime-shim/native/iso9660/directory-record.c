#include "iso9660/directory-record.h"

#include <errno.h>
#include <string.h>

#include "iso9660/date.h"
#include "iso9660/iso9660.h"
#include "system/bytes.h"

enum { FLAG_DIRECTORY = 0x02, FLAG_ASSOCIATED = 0x04, FLAG_MULTI_EXTENT = 0x80 };

static int parse(const struct iso9660 *fs, struct directory_record *record)
{
	struct byte_cursor at = bytes_over(record->raw, record->length);
	bytes_take(&at, 1);                                             /* offset 0: Length of Directory Record */
	uint8_t attribute_blocks = (uint8_t)bytes_take_integer(&at, 1); /* 1: Extended Attribute Record Length */
	uint32_t location = bytes_u32(&at);                             /* 2: Location of Extent */
	bytes_take(&at, 4);
	record->data_length = bytes_u32(&at); /* 10: Data Length */
	bytes_take(&at, 4);
	const uint8_t *date = bytes_take(&at, DIRECTORY_DATE_SIZE);    /* 18: Recording Date and Time */
	uint8_t flags = (uint8_t)bytes_take_integer(&at, 1);           /* 25: File Flags */
	uint8_t unit_size = (uint8_t)bytes_take_integer(&at, 1);       /* 26: File Unit Size */
	uint8_t gap_size = (uint8_t)bytes_take_integer(&at, 1);        /* 27: Interleave Gap Size */
	bytes_take(&at, 4);                                            /* 28: Volume Sequence Number */
	record->identifier_size = (uint8_t)bytes_take_integer(&at, 1); /* 32: Length of File Identifier */
	bytes_take(&at, record->identifier_size);                      /* 33: File Identifier */
	if (at.overrun || !record->identifier_size)
		return -EIO;
	if (record->identifier_size % 2 == 0 && at.at < at.size)
		bytes_take(&at, 1); /* Padding Field */
	record->system_use = (uint8_t)at.at;
	record->extent = ((uint64_t)location + attribute_blocks) * fs->block_size;
	record->recorded_at = date_of_directory(date);
	record->directory = flags & FLAG_DIRECTORY;
	record->associated = flags & FLAG_ASSOCIATED;
	record->multi_extent = flags & FLAG_MULTI_EXTENT;
	record->interleaved = unit_size || gap_size;
	return 0;
}

int directory_record_read(struct iso9660 *fs, uint64_t position, struct directory_record *record)
{
	record->position = position;
	int error = iso9660_read(fs, position, &record->length, 1);
	if (!error && !record->length)
		return -ENODATA;
	if (!error)
		error = iso9660_read(fs, position, record->raw, record->length);
	return error ? error : parse(fs, record);
}

bool directory_record_is_dot(const struct directory_record *record)
{
	return record->identifier_size == 1 && record->raw[DIRECTORY_RECORD_IDENTIFIER] <= 1;
}

int directory_record_continue(struct iso9660 *fs, struct directory_record *record)
{
	struct directory_record next;
	uint64_t position = record->position + record->length;
	int error = directory_record_read(fs, position, &next);
	if (error == -ENODATA)
		error = directory_record_read(fs, directory_next_block(fs, position), &next);
	if (error)
		return error == -ENODATA ? -EIO : error;
	if (next.identifier_size != record->identifier_size ||
	    memcmp(next.raw + DIRECTORY_RECORD_IDENTIFIER, record->raw + DIRECTORY_RECORD_IDENTIFIER, next.identifier_size) !=
		    0)
		return -EIO;
	*record = next;
	return 0;
}

uint64_t directory_next_block(const struct iso9660 *fs, uint64_t position)
{
	return position - position % fs->block_size + fs->block_size;
}
