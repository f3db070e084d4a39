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

/* For each of them, the path of the one that is there and may be used, or NULL. */
struct portable_paths {
	char *paths[PORTABLE_FOLDERS];
};

/* Looks whose they are, which has to be done before a mount: in a user namespace, nobody can tell root's from anybody's. */
void environment_look_beside(const struct appimage *app, struct portable_paths *found);

/* Sets what the specification promises to the application, and those folders. */
void environment_prepare(const struct appimage *app, const struct portable_paths *portable, const char *directory,
			 const char *called_as);

#endif
