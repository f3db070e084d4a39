/*
 * The end of a start that does not succeed: one line on stderr and status 1, which is bubblewrap's.
 */
#ifndef CONFINE_FAIL_H
#define CONFINE_FAIL_H

/* Ends this process with a message. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same with another status. */
_Noreturn void fail_with(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same as `fail`, followed by a colon and what `errno` says. */
_Noreturn void fail_errno(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Memory for `count` things, zeroed; there is none, there is no confinement. */
void *allocate(unsigned long count, unsigned long size);

/* The same list with room for one more. */
void *grow(void *list, unsigned long count, unsigned long size);

#endif
