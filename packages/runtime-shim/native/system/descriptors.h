/*
 * File descriptors: passing one over a socket, and shedding those that a background process has inherited from whoever
 * started the AppImage (a pipe kept open by accident keeps its reader waiting for ever).
 */
#ifndef SYSTEM_DESCRIPTORS_H
#define SYSTEM_DESCRIPTORS_H

/* Returns 0 or a negative errno. */
int descriptor_send(int socket, int descriptor);

/* Returns a close-on-exec descriptor or a negative errno; -ENODATA when the other end closed without sending one. */
int descriptor_receive(int socket);

/*
 * Where 0, 1 or 2 is closed, takes it with something that can be neither read nor written and is gone with exec: otherwise the
 * next file to be opened would get that number, and messages would go into it.
 */
void descriptors_occupy_standard(void);

/* Points 0, 1 and 2 at /dev/null and closes all others but the `count` given ones; those that are negative do not matter. */
void descriptors_shed(const int *keep, unsigned count);

#endif
