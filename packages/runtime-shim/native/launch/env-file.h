/*
 * `<file>.env` beside the AppImage: variables that its user wants it to have at every start.
 *
 *   # a comment               also behind a value, after a blank
 *   NAME=some text            blanks around the text do not belong to it
 *   NAME="  some # text"      in double or single quotes, everything does, as it is: nothing is expanded or escaped
 *   export NAME=text          the same as without export
 *   unset NAME                works on what the runtime itself would set, too
 *
 * The file, and a link in its place, has to belong to the user or to root and to be writable for nobody else. It is read before anything else is looked
 * at, as if the variables had been given at the start; only `LD_…` are refused.
 */
#ifndef LAUNCH_ENV_FILE_H
#define LAUNCH_ENV_FILE_H

#include <stddef.h>

#define ENV_FILE_MAX 65536

struct env_file {
	char **unset; /* names */
	size_t unset_count;
};

/* Applies the file, if there is one. A line that is wrong is told and passed over, and so is a file that is not to be trusted. */
void env_file_apply(struct env_file *file, const char *image_path);

/* Once more, after the runtime has set its own variables. */
void env_file_unset(const struct env_file *file);

#endif
