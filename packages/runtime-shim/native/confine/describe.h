#ifndef CONFINE_DESCRIBE_H
#define CONFINE_DESCRIBE_H

#include <sys/types.h>

#include "confine/settings.h"

/* Writes which process runs the sandbox, and its namespaces, to the descriptors that the settings name. */
void describe_child(const struct settings *settings, pid_t child, int namespaces);

#endif
