/*
 * What whoever starts another file through this program (TARGET_APPIMAGE) has done already, or wants started instead.
 */
#ifndef LAUNCH_GIVEN_H
#define LAUNCH_GIVEN_H

struct given {
	char *contents;      /* TARGET_APPIMAGE_CONTENTS: the folder where the contents are already, or NULL */
	const char *program; /* TARGET_APPIMAGE_PROGRAM: what to become instead of the entry point, or NULL */
};

/* The word that stands for the folder of the contents: the first argument that begins with it gets that in its place. */
#define CONTENTS_WORD "@APPDIR@"

/*
 * Reads both. Contents in an extraction cache are locked until the next exec, so that nobody removes them meanwhile; those that
 * are not there end the program.
 */
struct given given_read(void);

/* Puts the folder into the arguments, where a program is given. */
void given_name_contents(const struct given *given, const char *directory, char **arguments);

#endif
