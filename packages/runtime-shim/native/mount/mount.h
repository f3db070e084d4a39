/*
 * Mounting the payload: the rungs of the ladder, and the processes that keep a mount alive for as long as it is used.
 */
#ifndef MOUNT_MOUNT_H
#define MOUNT_MOUNT_H

#include <stdbool.h>
#include <sys/types.h>

#include "filesystem/filesystem.h"
#include "system/report.h"

enum rung {
	RUNG_ROOT,       /* mount(2), for whoever has CAP_SYS_ADMIN */
	RUNG_FUSERMOUNT, /* the setuid helper of FUSE */
	RUNG_USERNS,     /* a user and mount namespace of our own */
	RUNG_EXTRACT,    /* no mount: the extraction cache */
	RUNG_COUNT,
};

#define RUNG_BIT(rung) (1u << (rung))
#define RUNGS_ALL (RUNG_BIT(RUNG_COUNT) - 1)
#define RUNGS_THAT_MOUNT (RUNGS_ALL & ~RUNG_BIT(RUNG_EXTRACT))

/* Beside the bits of rungs: first look for a mount that stays, or make one (shared.h). */
#define RUNG_KEEP RUNG_BIT(RUNG_COUNT)

struct mount_request {
	struct filesystem *fs;
	const char *source; /* what mount tables show: the file's name */
	const char *point;  /* an empty directory of our own */
	bool for_everyone;  /* let other users in, where that rung allows it */
	bool in_namespace;  /* where being forbidden to mount is not what is to be expected */
	struct notes *notes;
};

/* mount(2) by ourselves. Returns the descriptor to serve, or a negative errno. */
int mount_directly(const struct mount_request *request);

/* By a setuid helper. Returns the descriptor to serve and the helper that did it, or a negative errno. */
int mount_by_fusermount(const struct mount_request *request, char **helper);

/* Unmounts by that helper. Returns 0 or a negative errno (-EBUSY for everything the helper may have meant). */
int unmount_by_fusermount(const char *helper, const char *point, bool lazily);

/*
 * Unmounts in whichever way this user may; `helper` is the fusermount that mounted it, or NULL when that is not known. Returns 0
 * or a negative errno.
 */
int mount_remove(const char *point, const char *helper, bool lazily);

/*
 * By a user namespace that this process moves into, for good. mount_userns_works() tries it in a child first, because on
 * systems where the namespace can be made but not used there is no way back. Return 0 or a descriptor, or a negative errno.
 */
int mount_userns_works(const struct mount_request *request);
int mount_in_userns(const struct mount_request *request);

/*
 * Makes the directory to mount on, in $TMPDIR or a fallback; NULL when there is no place for it. It is in use for as long as
 * somebody has `*lock` open, which may be -1.
 */
char *mount_point_create(const char *app_name, int *lock, struct notes *notes);

/* True for a directory that mount_point_create() has made and nobody uses any more; `name` is looked up in `folder`. */
bool mount_point_is_left_over(int folder, const char *name);

#define MOUNT_POINT_PREFIX ".mount_"

#define FUSE_DEVICE "/dev/fuse"
#define FUSE_SUBTYPE "appimage"

#endif
