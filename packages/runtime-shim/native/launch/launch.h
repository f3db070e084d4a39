/*
 * From an image to a running application: this process becomes it.
 */
#ifndef LAUNCH_LAUNCH_H
#define LAUNCH_LAUNCH_H

#include "app/appimage.h"
#include "mount/ladder.h"

/*
 * `app` has been found. `arguments` begins with what the program was called as and ends with NULL. On failure, ends with a
 * message and status 126 when there is something that cannot be run, else 127.
 */
_Noreturn void launch(struct appimage *app, char **arguments, struct ladder_choice choice);

#endif
