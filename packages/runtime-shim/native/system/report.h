/*
 * What the user is told, always on stderr, and what is only remembered: the ladder notes every rung it tried, and the notes
 * are shown when no rung held or when `--appimage-doctor` asks.
 */
#ifndef SYSTEM_REPORT_H
#define SYSTEM_REPORT_H

#include <stdio.h>

/* What the official runtime answers when it cannot launch. */
#define EXIT_LAUNCH 127

/* One line on stderr. */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One line on stderr, then the end of this process with EXIT_LAUNCH. */
_Noreturn void report_fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));

struct notes {
	char **lines;
	unsigned long count;
};

void note(struct notes *notes, const char *format, ...) __attribute__((format(printf, 2, 3)));
void notes_print(const struct notes *notes, FILE *stream);

#endif
