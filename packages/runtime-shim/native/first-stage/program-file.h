/*
 * A program that is a part of a file, copied to where the kernel can start it from.
 */
#ifndef FIRST_STAGE_PROGRAM_FILE_H
#define FIRST_STAGE_PROGRAM_FILE_H

#include <stdint.h>

/* Where the program is. */
struct program_place {
	uint64_t offset;
	uint64_t length;
};

/* Why nothing could be copied: the file ends, or is no program, there. */
#define PROGRAM_CUT_OFF (-4096L)

/*
 * Copies the program that `image` has at that place into memory, sealed against changes. Returns a close-on-exec descriptor to
 * start it by, or a negative errno.
 */
long program_in_memory(int image, const struct program_place *place);

/* The same in a file of that folder that has no name, or that has lost it already. */
long program_in_folder(int image, const struct program_place *place, const char *folder);

#endif
