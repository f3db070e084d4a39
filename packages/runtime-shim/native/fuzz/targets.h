/*
 * What the fuzzer can be told to do with its bytes. One program has all of it; FUZZ_TARGET in its environment chooses.
 */
#ifndef FUZZ_TARGETS_H
#define FUZZ_TARGETS_H

#include <stddef.h>
#include <stdint.h>

void fuzz_image(const uint8_t *data, size_t size);   /* a SquashFS image, read to its end in every way */
void fuzz_iso9660(const uint8_t *data, size_t size); /* an ISO 9660 image behind its first 32 KiB, in the same way */
void fuzz_elf(const uint8_t *data, size_t size);     /* an AppImage, or any file that is taken for one */
void fuzz_codecs(const uint8_t *data, size_t size);  /* a compressor's number, and a stored block */
void fuzz_options(const uint8_t *data, size_t size); /* arguments, and the words of variables and sections */
void fuzz_env(const uint8_t *data, size_t size);     /* a file of variables */

/* A file in memory that holds exactly those bytes, behind so many zeros; the same one at each call. */
int fuzz_file(const uint8_t *data, size_t size, size_t zeros);

#endif
