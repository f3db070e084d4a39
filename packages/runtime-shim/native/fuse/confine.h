/*
 * What the server may still do once it serves: read and write what it has open, use memory, and run threads. It parses an
 * untrusted image; if that ever went wrong, there is nothing to open, execute, connect to or signal.
 */
#ifndef FUSE_CONFINE_H
#define FUSE_CONFINE_H

#include <stdbool.h>

/* Gives up new privileges and installs the filter for this thread and all that it will start. False: the kernel cannot. */
bool confine_server(void);

#endif
