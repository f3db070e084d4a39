/*
 * The extraction cache: for systems where nothing can be mounted. An image is unpacked once, into a folder that nobody else
 * can write to, and used from there for as long as the content of the file stays the same.
 *
 *   <id>          the unpacked image, complete, and not writable
 *   <id>.partial  one that is being unpacked
 *   <id>.lock     held while unpacking and while a start looks; its time is that of the last start
 *   <file>.seen   the identity of a file that was hashed before, see identity.h
 */
#ifndef EXTRACT_CACHE_H
#define EXTRACT_CACHE_H

#include "app/appimage.h"
#include "system/report.h"

/* Returns the folder with the unpacked image, or NULL; the notes then say why. `entry_point` is what will be run in it. */
char *extract_to_cache(struct appimage *app, const char *entry_point, struct notes *notes);

#endif
