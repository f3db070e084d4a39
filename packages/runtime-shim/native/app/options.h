/*
 * The options that belong to the runtime and not to the application. Only the first argument is looked at.
 */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include <stdbool.h>

struct option {
	const char *name;
	const char *arguments; /* for the help text */
	const char *help;
	/* Gets the arguments behind the option, and what the program was called as. Returns the exit status. */
	int (*run)(char **arguments, char *called_as);
};

#define OPTION_PREFIX "--appimage-"

/* For what cannot be meant. */
#define EXIT_USAGE 2

/* Finds the option that an argument names, or NULL. */
const struct option *option_find(const char *argument);

/* ": did you mean …?" for an option that is nearly so called, or "". */
const char *option_suggestion(const char *argument);

/* `-- --appimage-…`: the application's own option of such a name. The first of the two is not for the application. */
bool options_are_escaped(char **arguments);

#endif
