/*
 * The AppImage that this program runs for: its own file, or the one that TARGET_APPIMAGE names.
 */
#ifndef APP_APPIMAGE_H
#define APP_APPIMAGE_H

#include "image/image.h"
#include "launch/env-file.h"
#include "filesystem/filesystem.h"

struct appimage {
	char *path;            /* absolute, without symbolic links */
	const char *file_name; /* the last part of path */
	bool is_folder;        /* an AppDir that TARGET_APPIMAGE names: there is nothing to mount; image and fs mean nothing */
	struct env_file environment;
	struct image image;
	struct filesystem fs;
	unsigned workers; /* threads that may read fs at once */
};

/*
 * Finds the file or the AppDir, applies the variables beside it, and opens a file and its payload's position; ends the program
 * with a message when it cannot.
 */
void appimage_find(struct appimage *app);

/* The same, for what only a file has: ends the program for an AppDir. */
void appimage_open(struct appimage *app);

/* Opens the payload too. */
void appimage_open_payload(struct appimage *app);

/* What the user has typed to start it. */
const char *appimage_called_as(const char *argument);

#endif
