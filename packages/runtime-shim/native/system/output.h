/*
 * What was asked for, on stdout. Whether it has arrived there is known at the end only, and then the reason must not be lost.
 */
#ifndef SYSTEM_OUTPUT_H
#define SYSTEM_OUTPUT_H

void output(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Looks whether that is a terminal, which a confined process may not, and which wants to see each line at once. Without it, text
 * is written as it is.
 */
void output_look(void);

/* Text that comes from an image: without what a terminal would obey, except for `kept`; to a pipe or file, as it is. */
void output_foreign(const char *text, const char *kept);

/* Returns 0, or the negative errno of the first thing that could not be written so far. */
int output_error(void);

/* The same, after writing what is still in memory. */
int output_finish(void);

#endif
