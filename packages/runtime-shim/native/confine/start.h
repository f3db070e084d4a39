#ifndef CONFINE_START_H
#define CONFINE_START_H

#include <stdbool.h>

#include "confine/settings.h"

/* Makes the sandbox and runs the program in it. Returns its exit status. */
int start(struct settings *settings);

/*
 * Becomes a program, found as a shell would find it, or ends with a message: with a shell's status for that, or with
 * bubblewrap's. `called_as` may be NULL.
 */
_Noreturn void become(char **command, const char *called_as, bool as_a_shell);

#endif
