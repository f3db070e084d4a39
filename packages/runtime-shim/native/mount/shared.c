#include "mount/shared.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "mount/shared-folder.h"
#include "mount/state.h"
#include "system/text.h"

#define FUSE_MAGIC 0x65735546
#define LOCK_SUFFIX ".lock"

/* One file's mount in one folder. */
struct place {
	int folder, lock;
	char *name, *lock_name, *point;
};

static char *name_of(const struct image *image)
{
	struct stat status = { 0 };
	fstat(image->file, &status);
	return text_format("mount-%llx-%llx-%llx-%llx.%lx-%llx", (unsigned long long)status.st_dev,
			   (unsigned long long)status.st_ino, (unsigned long long)status.st_size,
			   (unsigned long long)status.st_mtim.tv_sec, (long)status.st_mtim.tv_nsec,
			   (unsigned long long)image->offset);
}

/* Returns a descriptor with the lock held, or a negative errno. */
static int lock_file(int folder, const char *name, bool make)
{
	for (;;) {
		int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (make ? O_CREAT : 0);
		int lock = openat(folder, name, flags, 0600);
		if (lock < 0)
			return -errno;
		int error = 0;
		while (!error && flock(lock, LOCK_EX))
			error = errno == EINTR ? 0 : -errno;
		struct stat status;
		if (!error && fstat(lock, &status) == 0 && status.st_nlink)
			return lock;
		close(lock);
		if (error)
			return error;
		/* Removed while we waited for it. */
	}
}

static void place_close(struct place *place)
{
	/* Closing would not do: the keeper may still have it, from its fork. */
	if (place->lock >= 0) {
		flock(place->lock, LOCK_UN);
		close(place->lock);
	}
	close(place->folder);
	free(place->point);
	free(place->lock_name);
	free(place->name);
}

/* Opens and locks the file's place in the next folder. Returns false when there are no more of them. */
static bool place_open(struct place *place, const struct image *image, unsigned *next, bool make, struct notes *notes)
{
	char *path;
	while ((place->folder = shared_folder_open(next, make, &path, notes)) >= 0) {
		place->name = name_of(image);
		place->lock_name = text_format("%s" LOCK_SUFFIX, place->name);
		place->point = text_format("%s/%s", path, place->name);
		place->lock = lock_file(place->folder, place->lock_name, make);
		free(path);
		if (place->lock >= 0)
			return true;
		if (make)
			note(notes, "keep: %s: cannot lock it: %s", place->point, strerror(-place->lock));
		place_close(place);
	}
	return false;
}

/* Opens a mount that is served, so that it is in use from now on; -1 when there is none. */
static int use(const char *point)
{
	struct statfs status;
	if (!mount_is_there(point))
		return -1;
	int use = open(point, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (use >= 0 && fstatfs(use, &status) == 0 && status.f_type == FUSE_MAGIC)
		return use;
	if (use >= 0)
		close(use);
	return -1;
}

static bool mount_there(const struct ladder *ladder, struct keeper_plan *plan, const struct place *place)
{
	struct ladder here = *ladder;
	if (mount_is_dead(place->point))
		mount_remove(place->point, NULL, true);
	if (mkdirat(place->folder, place->name, 0700) && errno != EEXIST) {
		note(ladder->notes, "keep: %s: cannot make it: %s", place->point, strerror(errno));
		return false;
	}
	here.rungs = ladder->rungs & (RUNG_BIT(RUNG_ROOT) | RUNG_BIT(RUNG_FUSERMOUNT));
	here.shared_point = place->point;
	if (ladder_climb(&here, plan) && use(place->point) >= 0)
		return true;
	unlinkat(place->folder, place->name, AT_REMOVEDIR);
	return false;
}

bool shared_mount(const struct ladder *ladder, struct keeper_plan *plan)
{
	struct place place;
	unsigned next = 0;
	if (!place_open(&place, &ladder->fs->image, &next, true, ladder->notes))
		return false;
	bool mounted = use(place.point) >= 0 || mount_there(ladder, plan, &place);
	if (mounted)
		*plan = (struct keeper_plan){ .stays = true, .point = text_copy(place.point), .rung = RUNG_COUNT };
	else
		unlinkat(place.folder, place.lock_name, 0);
	place_close(&place);
	return mounted;
}

/* Called with the lock held, so that no start is about to use it. */
static int unmount_unused(const char *point)
{
	if (mount_is_dead(point))
		return mount_remove(point, NULL, true);
	return mount_is_named(point, false) ? -EBUSY : mount_remove(point, NULL, false);
}

int shared_unmount(const struct image *image, char **busy)
{
	struct place place;
	struct notes unread = { 0 };
	unsigned next = 0;
	int gone = 0;
	*busy = NULL;
	while (gone >= 0 && place_open(&place, image, &next, false, &unread)) {
		bool there = mount_is_there(place.point);
		if (there && unmount_unused(place.point)) {
			*busy = text_copy(place.point);
			gone = -EBUSY;
		} else {
			gone += there;
			unlinkat(place.folder, place.name, AT_REMOVEDIR);
			unlinkat(place.folder, place.lock_name, 0);
		}
		place_close(&place);
	}
	return gone;
}

void shared_clear(const char *point, const char *helper)
{
	char *lock_name = text_format("%s" LOCK_SUFFIX, point);
	int lock = lock_file(AT_FDCWD, lock_name, false);
	/* Only with the lock: what is dead may be gone at any moment, and another start have mounted there. */
	if (lock >= 0 && mount_is_dead(point))
		mount_remove(point, helper, true);
	if (lock >= 0 && !mount_is_there(point)) {
		rmdir(point);
		unlink(lock_name);
	}
	if (lock >= 0)
		close(lock);
	free(lock_name);
}
