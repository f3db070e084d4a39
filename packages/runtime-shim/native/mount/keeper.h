/*
 * The processes behind a mounted application.
 *
 *   the process that was started ── becomes the application by exec, and never has a child of ours
 *   keeper ── mounts, waits for the application to end, unmounts as soon as nothing uses the mount, removes the mount point;
 *             reads nothing of the image
 *   server ── child of the keeper; answers the kernel's requests, confined
 *   guard ── child of the keeper; waits for its end, and takes its place should it have been killed
 *
 * All leave the session, working directory, descriptors and signals of whoever started the AppImage.
 */
#ifndef MOUNT_KEEPER_H
#define MOUNT_KEEPER_H

#include "mount/mount.h"

struct keeper_plan {
	struct filesystem *fs;
	unsigned workers;
	const char *file_name; /* of the AppImage, without its folder */
	bool for_everyone;
	unsigned rungs;    /* bits */
	int alive;         /* the server keeps it open for as long as it lives; or -1 */
	bool stays;        /* mounted until somebody unmounts it, however many applications come and go */
	const char *point; /* where to mount; NULL for a new directory, and then: that one */
	/* What comes of it: */
	enum rung rung;
	const char *helper; /* the fusermount that mounted it, or NULL */
};

/*
 * Starts a keeper for this process, before there is anything to keep: whenever this process is killed, somebody is there to
 * clean up. The keeper makes the mount point, mounts as root or by fusermount, starts the server and answers (answer.h) over
 * `channel`, whose second end is its own. If that answer is that it has not mounted, it waits there for a device to serve, or for the end.
 * Returns 0, or a negative errno when it cannot be started.
 */
int keeper_start(const struct keeper_plan *plan, const int channel[2]);

/* Unmounts now. Returns 0, also when it is mounted no more; -EBUSY when something uses it; or another negative errno. */
int mount_end(const struct keeper_plan *plan, bool lazily);

#endif
