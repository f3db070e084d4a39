/*
 * Folders for what programs are run from: where nobody else can put something of theirs in its place.
 */
#ifndef SYSTEM_TRUSTED_FOLDER_H
#define SYSTEM_TRUSTED_FOLDER_H

#include "system/report.h"

/*
 * An absolute folder without links, which the caller frees. It and all above it belong to this user or to root; where others can
 * write, the sticky bit keeps them from renaming what is not theirs. Else NULL, and a note that begins with `purpose`.
 */
char *trusted_folder(const char *path, const char *purpose, struct notes *notes);

#endif
