#ifndef LAUNCH_ENVIRONMENT_H
#define LAUNCH_ENVIRONMENT_H

#include "app/appimage.h"

/* A folder beside the AppImage that replaces one of the user's. */
struct portable_folder {
	const char *suffix;   /* behind the file's name */
	const char *variable; /* that points to it */
	const char *real;     /* that keeps what the other one had said */
};

#define PORTABLE_FOLDERS 4
extern const struct portable_folder portable_folders[PORTABLE_FOLDERS];

/* Sets what the specification promises to the application, and the portable folders where they exist. */
void environment_prepare(const struct appimage *app, const char *directory, const char *called_as);

#endif
