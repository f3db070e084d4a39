/*
 * Where the extraction cache may be: a folder that only its owner can write to, on a file system that programs run from.
 */
#ifndef EXTRACT_CACHE_FOLDER_H
#define EXTRACT_CACHE_FOLDER_H

#include "system/report.h"

/*
 * Opens the first usable candidate from number `*next` on, and moves that behind it. Returns its descriptor and `*path`, which
 * the caller frees, or -1 when there is none left; the notes say why others are not used.
 */
int cache_folder_open(unsigned *next, char **path, struct notes *notes);

/* The same, for all that there are already, those included that programs may not be run from; nothing is made. */
int cache_folder_find(unsigned *next, char **path, struct notes *notes);

#endif
