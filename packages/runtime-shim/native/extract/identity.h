/*
 * A name for what an image holds that is cheap to find, and depends on nothing but its content: not on the file's name, place or
 * times. It covers all that says where every block is and how large it is stored, up to a bound, and samples of the blocks.
 */
#ifndef EXTRACT_IDENTITY_H
#define EXTRACT_IDENTITY_H

#include "squashfs/squashfs.h"

#define IDENTITY_LENGTH 40

/* Returns 0 or a negative errno. */
int identity_of(const struct squashfs *fs, char identity[IDENTITY_LENGTH + 1]);

#endif
