#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mount/helper.h"
#include "mount/mount.h"
#include "system/text.h"

/* The helpers that have been met: many systems have the same one under several names. */
struct met {
	struct {
		dev_t device;
		ino_t inode;
	} files[16];
	size_t count;
};

/* What to do with each helper that is found. Returns a descriptor, or anything negative to go on with the next one. */
typedef int helper_use(const struct mount_request *request, const char *helper);

static bool is_met(struct met *met, const struct stat *status)
{
	for (size_t i = 0; i < met->count; i++) {
		if (met->files[i].device == status->st_dev && met->files[i].inode == status->st_ino)
			return true;
	}
	if (met->count < sizeof(met->files) / sizeof(met->files[0])) {
		met->files[met->count].device = status->st_dev;
		met->files[met->count++].inode = status->st_ino;
	}
	return false;
}

/* True for a program that may be run (to be readable, it need not) and has not been met yet. */
static bool is_usable(struct met *met, const char *path, struct notes *notes)
{
	struct stat status;
	if (stat(path, &status) || !S_ISREG(status.st_mode) || is_met(met, &status))
		return false;
	if (access(path, X_OK) == 0)
		return true;
	note(notes, "fusermount: %s: it may not be executed", path);
	return false;
}

static int use_in_folder(const struct mount_request *request, const char *folder, size_t length, struct met *met,
			 helper_use *use, char **helper)
{
	static const char *const names[] = { "fusermount3", "fusermount" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = text_format("%.*s/%s", (int)length, folder, names[i]);
		int result = is_usable(met, path, request->notes) ? use(request, path) : -ENOENT;
		if (result >= 0) {
			*helper = path;
			return result;
		}
		free(path);
	}
	return -ENOENT;
}

/* Goes through the helpers until one does it; `*helper` then is its path, which the caller frees. */
static int use_any(const struct mount_request *request, helper_use *use, char **helper)
{
	const char *chosen = text_variable("FUSERMOUNT_PROG");
	if (chosen) {
		*helper = text_copy(chosen);
		return use(request, chosen);
	}
	struct met met = { .count = 0 };
	const char *path = text_variable("PATH");
	/* Where it usually is, for those who are started with an odd PATH; the first one is NixOS's. */
	char *folders = text_format("%s:/run/wrappers/bin:/usr/bin:/bin:/usr/local/bin", path ? path : "");
	int result = -ENOENT;
	for (const char *folder = folders; result < 0 && folder;) {
		const char *colon = strchr(folder, ':');
		size_t length = colon ? (size_t)(colon - folder) : strlen(folder);
		/* A relative entry would run whatever lies in the current directory. */
		if (length && *folder == '/')
			result = use_in_folder(request, folder, length, &met, use, helper);
		folder = colon ? colon + 1 : NULL;
	}
	free(folders);
	if (result < 0 && !met.count)
		note(request->notes, "fusermount: neither fusermount3 nor fusermount found on PATH or in the usual places; "
				     "the package fuse3 has it");
	return result;
}

int mount_by_fusermount(const struct mount_request *request, char **helper)
{
	/* It looks up there whose mount it is to end: without that, it would stay for ever. */
	if (access("/proc/self/mounts", R_OK)) {
		note(request->notes, "fusermount: /proc is not mounted, and fusermount needs it to unmount");
		return -ENOENT;
	}
	return use_any(request, helper_mount, helper);
}

static int unmount_lazily(const struct mount_request *request, const char *helper)
{
	return unmount_by_fusermount(helper, request->point, true);
}

static int unmount(const struct mount_request *request, const char *helper)
{
	return unmount_by_fusermount(helper, request->point, false);
}

int mount_remove(const char *point, const char *helper, bool lazily)
{
	struct notes unread = { 0 };
	struct mount_request request = { .point = point, .notes = &unread };
	if (umount2(point, UMOUNT_NOFOLLOW | (lazily ? MNT_DETACH : 0)) == 0)
		return 0;
	if (errno != EPERM)
		return -errno;
	if (helper)
		return unmount_by_fusermount(helper, point, lazily);
	char *found = NULL;
	int error = use_any(&request, lazily ? unmount_lazily : unmount, &found);
	free(found);
	return error;
}
