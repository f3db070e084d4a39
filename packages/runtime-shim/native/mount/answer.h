/*
 * What the keeper tells the application before it becomes that: where it is mounted, or why it is not.
 */
#ifndef MOUNT_ANSWER_H
#define MOUNT_ANSWER_H

#include "mount/mount.h"

struct answer {
	enum rung rung;     /* RUNG_COUNT: not mounted */
	char *point;        /* NULL: there is no place for a mount point */
	char *helper;       /* the fusermount that mounted it, or NULL */
	struct notes notes; /* why the rungs before that one failed */
};

/* Over a socket that keeps messages apart. Return 0 or a negative errno; -ENODATA when the other end has gone. */
int answer_send(int socket, const struct answer *answer);
int answer_receive(int socket, struct answer *answer);

#endif
