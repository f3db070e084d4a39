/*
 * The extraction cache: for systems where nothing can be mounted. An image is unpacked once, into a folder that nobody else
 * can write to, and used from there for as long as the file stays the same.
 */
#ifndef EXTRACT_CACHE_H
#define EXTRACT_CACHE_H

#include "app/appimage.h"
#include "system/report.h"

/* Returns the folder with the unpacked image, or NULL; the notes then say why. */
char *extract_to_cache(struct appimage *app, struct notes *notes);

/* Finds the folder that the cache is in, and opens it, or returns -1. The caller closes it and frees `*path`. */
int extract_cache_open(char **path, struct notes *notes);

#endif
