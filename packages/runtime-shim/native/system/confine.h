/*
 * What a process may still do that goes on to read an untrusted image, as the server of a mount does: read and write what it
 * has open, use memory, and run threads. If the reading ever went wrong, there is nothing to open, execute, connect to or
 * signal.
 */
#ifndef SYSTEM_CONFINE_H
#define SYSTEM_CONFINE_H

#include <stdbool.h>

/* Gives up new privileges and installs the filter for this thread and all that it will start. False: the kernel cannot. */
bool confine_reader(void);

/*
 * The same for a process that extracts an image: it may write files, too, but, where the kernel has Landlock (5.13), nowhere
 * else than in that folder. Not for a process that becomes the application: neither is ever given up.
 */
bool confine_writer(int folder);

#endif
