/*
 * What the extraction cache knows an image by: its content key (image/content.h). Finding it out means hashing the payload, so
 * the cache remembers the result for the file as it is.
 *
 *   <file>.seen   holds the key; <file> is made of the file's device, number, size and times
 */
#ifndef EXTRACT_IDENTITY_H
#define EXTRACT_IDENTITY_H

#include <stdbool.h>

#include "filesystem/filesystem.h"
#include "image/content.h"

#define SEEN_SUFFIX ".seen"

/*
 * Hashes the payload. Returns 0 or a negative errno, -EINTR when an interrupt is pending. `*differs`: a digest is embedded, but
 * is not that of the payload.
 */
int identity_of(const struct filesystem *fs, content_key key, bool *differs);

/* What was remembered in `folder`, an open cache folder that nobody else can write to. */
bool identity_recall(const struct filesystem *fs, int folder, content_key key);

/* Only saves the next start its time, so nothing is said where it fails. */
void identity_remember(const struct filesystem *fs, int folder, const char *key);

#endif
