#ifndef LAUNCH_ENVIRONMENT_H
#define LAUNCH_ENVIRONMENT_H

#include "app/appimage.h"

/* Sets what the specification promises to the application, and the portable folders where they exist. */
void environment_prepare(const struct appimage *app, const char *directory, const char *called_as);

#endif
