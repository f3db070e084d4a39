/*
 * A directory record: one file, or one part of it, in a directory. ECMA-119, section 9.1.
 */
#ifndef ISO9660_DIRECTORY_RECORD_H
#define ISO9660_DIRECTORY_RECORD_H

#include <stdbool.h>
#include <stdint.h>

struct iso9660;

#define DIRECTORY_RECORD_MAX 255

struct directory_record {
	uint64_t position;       /* in the image */
	uint8_t length;          /* offset 0 */
	uint64_t extent;         /* 1 and 2: where its data begin, in bytes */
	uint32_t data_length;    /* 10 */
	int64_t recorded_at;     /* 18: seconds since 1970, UTC */
	bool directory;          /* 25: the file flags */
	bool associated;         /* a second fork of the file of the same name */
	bool multi_extent;       /* the next record goes on with the same file */
	bool interleaved;        /* 26 and 27: the data have gaps */
	uint8_t identifier_size; /* 32 */
	uint8_t system_use;      /* where that begins; it has the rest of the record */
	uint8_t raw[DIRECTORY_RECORD_MAX];
};

#define DIRECTORY_RECORD_IDENTIFIER 33 /* where that begins in `raw` */

/* Returns 0, -ENODATA where there is none before the end of a block, -EIO for what is no record, or another negative errno. */
int directory_record_read(struct iso9660 *fs, uint64_t position, struct directory_record *record);

/* Whether it is one of the two that every directory begins with: itself, and the one that has it. */
bool directory_record_is_dot(const struct directory_record *record);

/*
 * The record behind one that is not the last of its file: a further part of that. Returns 0, -EIO when it is none, or another
 * negative errno.
 */
int directory_record_continue(struct iso9660 *fs, struct directory_record *record);

/* Where the next block begins that may have records, behind the last one of a block. */
uint64_t directory_next_block(const struct iso9660 *fs, uint64_t position);

#endif
