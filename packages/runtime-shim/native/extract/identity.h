/*
 * A name for what an AppImage holds that is cheap to find: it changes when the file is replaced, written to, or another one.
 */
#ifndef EXTRACT_IDENTITY_H
#define EXTRACT_IDENTITY_H

#include "image/image.h"

#define IDENTITY_LENGTH 40

/* Returns 0 or a negative errno. */
int identity_of(const struct image *image, char identity[IDENTITY_LENGTH + 1]);

#endif
