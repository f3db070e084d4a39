/*
 * The AppImage that this program runs for: its own file, or the one that TARGET_APPIMAGE names.
 */
#ifndef APP_APPIMAGE_H
#define APP_APPIMAGE_H

#include "image/image.h"
#include "squashfs/squashfs.h"

struct appimage {
	char *path;            /* absolute, without symbolic links */
	const char *file_name; /* the last part of path */
	struct image image;
	struct squashfs fs;
	unsigned workers; /* threads that may read fs at once */
};

/* Finds and opens the file and its payload's position; ends the program with a message when it cannot. */
void appimage_open(struct appimage *app);

/* Opens the payload too. */
void appimage_open_payload(struct appimage *app);

#endif
