/*
 * What the kernel starts instead of AppImages, where one is registered with binfmt_misc: a copy of this program whose first bytes are
 * not those of an AppImage, so that it is not handed to itself without end.
 */
#ifndef APP_INTERPRETER_H
#define APP_INTERPRETER_H

#include <stdbool.h>

/* Whether the kernel has started this program for another file: it has this name then, and no other. */
bool interpreter_is_called(const char *called_as);

/*
 * Makes the file that the kernel names the one to work on, unless the caller has named another one in TARGET_APPIMAGE. Its own program
 * is not started; but it is where this one cannot read the payload. Returns the arguments as they would be without an interpreter.
 */
char **interpreter_begin(int *count, char **arguments);

#endif
