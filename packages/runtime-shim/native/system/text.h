/*
 * Text that is as long as it needs to be. Paths come from users, so no buffer of a fixed size ever holds one.
 */
#ifndef SYSTEM_TEXT_H
#define SYSTEM_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Formats into memory that the caller frees; the program ends with status 127 when there is no memory left. */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2), malloc));

/* A copy of `text`, or of its first `length` bytes. */
char *text_copy(const char *text);
char *text_copy_part(const char *text, unsigned long length);

bool text_starts_with(const char *text, const char *prefix);

/* How many characters have to be changed, added or taken away to make one text of the other; for short texts. */
size_t text_distance(const char *a, const char *b);

/* The part of a path behind its last slash. */
const char *text_base_name(const char *path);

/* The value of an environment variable, or NULL when it is unset or empty. */
const char *text_variable(const char *name);

/* True for a variable that is set to anything but "" and "0". */
bool text_variable_is_on(const char *name);

#endif
