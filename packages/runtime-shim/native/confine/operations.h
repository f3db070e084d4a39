#ifndef CONFINE_OPERATIONS_H
#define CONFINE_OPERATIONS_H

#include "confine/settings.h"

/* Does one step of filling the new root, which is open as `root`. Ends the program where that fails. */
void operation_apply(const struct operation *operation, int root);

#endif
