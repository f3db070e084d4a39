#ifndef SYSTEM_LANDLOCK_H
#define SYSTEM_LANDLOCK_H

#include <stdbool.h>

/* From here on, this thread opens, makes and removes files in that folder only. False: the kernel has no Landlock. */
bool confine_to_folder(int folder);

#endif
