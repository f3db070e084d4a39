/*
 * The ladder: one way to mount after the other, each tried by doing it, until one holds.
 */
#ifndef MOUNT_LADDER_H
#define MOUNT_LADDER_H

#include "mount/keeper.h"
#include "mount/mount.h"

struct ladder {
	struct squashfs *fs;
	unsigned workers;
	const char *file_name; /* of the AppImage, without its folder */
	bool for_everyone;
	unsigned rungs;           /* bits: which ones may be tried */
	int alive;                /* see keeper.h; or -1 */
	const char *shared_point; /* where to mount what is to stay mounted; NULL for a mount that ends with the application */
	struct notes *notes;
};

/* What APPIMAGE_MOUNT may say. */
#define LADDER_WORDS "auto, root, fusermount, userns, extract or keep"

extern const char *const rung_names[RUNG_COUNT];

/*
 * Which rungs APPIMAGE_MOUNT and APPIMAGE_EXTRACT_AND_RUN leave. Returns false, and the word, when the first one names none.
 */
bool ladder_choose(unsigned *rungs, const char **unknown);

/* Mounts and starts the keeper for this process. Returns false when no rung that mounts holds. */
bool ladder_climb(const struct ladder *ladder, struct keeper_plan *plan);

#endif
