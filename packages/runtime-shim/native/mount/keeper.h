/*
 * The processes behind a mounted application.
 *
 *   the process that was started ── becomes the application by exec, and never has a child of ours
 *   keeper ── waits for the application to end, unmounts as soon as nothing uses the mount, removes the mount point;
 *             reads nothing of the image
 *   server ── child of the keeper; answers the kernel's requests, confined
 *
 * Both leave the session, working directory, descriptors and signals of whoever started the AppImage.
 */
#ifndef MOUNT_KEEPER_H
#define MOUNT_KEEPER_H

#include "mount/mount.h"

struct keeper_plan {
	struct squashfs *fs;
	unsigned workers;
	int device;  /* to serve, or -1: it will be sent over `channel` */
	int channel; /* or -1 */
	int alive;   /* the server keeps it open for as long as it lives; or -1 */
	const char *point;
	enum rung rung;
	const char *helper; /* the fusermount that mounted it, or NULL */
};

/* Starts keeper and server for this process. Returns 0, or a negative errno when they cannot be started. */
int keeper_start(const struct keeper_plan *plan);

/* Unmounts now. Returns 0, also when it is mounted no more; -EBUSY when something uses it; or another negative errno. */
int mount_end(const struct keeper_plan *plan, bool lazily);

#endif
