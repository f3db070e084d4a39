#ifndef EXTRACT_CONFINED_H
#define EXTRACT_CONFINED_H

#include "extract/extract.h"

/*
 * extract_tree() in a process of its own, which can do nothing but write to the target: this one becomes the application, and
 * what confines it would confine that.
 */
long extract_confined(const struct extraction *extraction, char **failed);

#endif
