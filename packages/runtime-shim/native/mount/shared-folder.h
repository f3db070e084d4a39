#ifndef MOUNT_SHARED_FOLDER_H
#define MOUNT_SHARED_FOLDER_H

#include <stdbool.h>

#include "system/report.h"

/*
 * Opens the next folder, from number `*next` on, that only this user can write to; makes it where `make` says so. Returns its
 * descriptor and `*path`, which the caller frees, or -1 when there is none left.
 */
int shared_folder_open(unsigned *next, bool make, char **path, struct notes *notes);

#endif
