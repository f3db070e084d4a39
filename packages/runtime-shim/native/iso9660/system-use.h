/*
 * System use entries: what extensions of ISO 9660 add to a directory record, each with a signature of two letters. System Use
 * Sharing Protocol (IEEE P1281), version 1.12; Rock Ridge Interchange Protocol (IEEE P1282); zisofs_format.txt of libisofs.
 */
#ifndef ISO9660_SYSTEM_USE_H
#define ISO9660_SYSTEM_USE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iso9660/directory-record.h"
#include "iso9660/symbolic-link.h"

#define ROCK_RIDGE_NAME_MAX 255

/* What the entries of a record say. */
struct system_use {
	bool has_posix;
	uint32_t mode, links, user, group; /* PX */
	uint32_t device;                   /* PN, as the C library packs it */
	char name[ROCK_RIDGE_NAME_MAX];    /* NM */
	size_t name_length;
	struct link_target target; /* SL */
	bool has_modified_at;
	int64_t modified_at; /* TF */
	bool has_child;
	uint32_t child;  /* CL: block of the directory that this record stands for */
	bool relocated;  /* RE: found elsewhere */
	bool sparse;     /* SF */
	bool rock_ridge; /* ER */
	struct {
		uint8_t version; /* 0: not compressed */
		bool known;      /* the algorithm is one that is read here */
		uint16_t header_size;
		uint8_t block_shift;
		uint64_t size; /* decompressed */
	} zisofs;              /* ZF, also written Z2 */
};

/*
 * Reads the entries of a record, wherever they go on, without the first `skip` bytes of its system use field. A symlink's target is
 * written to `target`, PATH_MAX bytes, unless that is NULL. Returns 0 or a negative errno.
 */
int system_use_read(struct iso9660 *fs, const struct directory_record *record, uint32_t skip, char *target,
		    struct system_use *use);

#endif
