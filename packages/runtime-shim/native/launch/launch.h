/*
 * From an image to a running application: this process becomes it.
 */
#ifndef LAUNCH_LAUNCH_H
#define LAUNCH_LAUNCH_H

#include "app/appimage.h"

/* `arguments` begins with what the program was called as and ends with NULL. Ends with a message and status 127 on failure. */
_Noreturn void launch(struct appimage *app, char **arguments, unsigned rungs);

#endif
