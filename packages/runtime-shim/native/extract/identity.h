/*
 * A name for what an image holds: the SHA-256 of all of its payload. It depends on nothing else, neither the file's name nor its
 * place nor its times. A start does not hash what an earlier one has hashed: the cache remembers the result for the file as it is.
 *
 *   <file>.seen   holds the identity; <file> is made of the file's device, number, size and times
 */
#ifndef EXTRACT_IDENTITY_H
#define EXTRACT_IDENTITY_H

#include <stdbool.h>

#include "squashfs/squashfs.h"

#define IDENTITY_LENGTH 40
#define SEEN_SUFFIX ".seen"

/* Hashes the payload. Returns 0 or a negative errno, -EINTR when an interrupt is pending. */
int identity_of(const struct squashfs *fs, char identity[IDENTITY_LENGTH + 1]);

/* What was remembered in `folder`, an open cache folder that nobody else can write to. */
bool identity_recall(const struct squashfs *fs, int folder, char identity[IDENTITY_LENGTH + 1]);

/* Only saves the next start its time, so nothing is said where it fails. */
void identity_remember(const struct squashfs *fs, int folder, const char *identity);

#endif
