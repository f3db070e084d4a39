/*
 * The ladder: one way to mount after the other, each tried by doing it, until one holds.
 */
#ifndef MOUNT_LADDER_H
#define MOUNT_LADDER_H

#include "mount/keeper.h"
#include "mount/mount.h"

struct ladder {
	struct filesystem *fs;
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

/* What may be tried, as bits: `first`, and when none of that holds, `rest`. */
struct ladder_choice {
	unsigned first, rest;
};

/*
 * What APPIMAGE_MOUNT and APPIMAGE_EXTRACT_AND_RUN leave: their word is the user's and excludes all else. Where they say
 * nothing, `packaged`, the word of the image's packager or "", is tried first. Returns false, and the user's word, when that
 * names no rung; a packager's word that is unknown here counts as none.
 */
bool ladder_choose(const char *packaged, struct ladder_choice *choice, const char **unknown);

/* Mounts and starts the keeper for this process. Returns false when no rung that mounts holds. */
bool ladder_climb(const struct ladder *ladder, struct keeper_plan *plan);

#endif
