#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "mount/mount.h"
#include "system/text.h"
#include "system/trusted-folder.h"

#define NAME_LENGTH 6

/* The sticky bit means nothing on a directory that nobody else may write to: it marks ours among those of other runtimes. */
#define MARKED_MODE 01700

/* A directory that is younger may be between its making and its locking. */
#define LEFT_OVER_SECONDS 600

static char *try_below(const char *folder, const char *app_name, struct notes *notes)
{
	char *trusted = folder && *folder == '/' ? trusted_folder(folder, "mount point", notes) : NULL;
	if (!trusted)
		return NULL;
	/* Cut by bytes: half a character in a directory's name harms nobody. */
	char *path = text_format("%s/" MOUNT_POINT_PREFIX "%.*sXXXXXX", trusted, NAME_LENGTH, app_name);
	bool made = mkdtemp(path) != NULL;
	if (!made)
		note(notes, "mount point: cannot make a directory in %s: %s", folder, strerror(errno));
	free(trusted);
	if (made)
		return path;
	free(path);
	return NULL;
}

/*
 * In a namespace of its own, a mount is not to be seen from outside, and the kernel takes it away with its directory: only the
 * lock tells that it is in use.
 */
static int mark(const char *point)
{
	int lock = open(point, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (lock < 0)
		return -1;
	if (flock(lock, LOCK_EX | LOCK_NB) == 0 && fchmod(lock, MARKED_MODE) == 0)
		return lock;
	close(lock);
	return -1;
}

char *mount_point_create(const char *app_name, int *lock, struct notes *notes)
{
	const char *const folders[] = { text_variable("TMPDIR"), "/tmp", text_variable("XDG_RUNTIME_DIR"), "/var/tmp" };
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		char *point = try_below(folders[i], app_name, notes);
		if (point) {
			*lock = mark(point);
			return point;
		}
	}
	return NULL;
}

bool mount_point_is_left_over(int folder, const char *name)
{
	struct stat status, around;
	if (fstat(folder, &around) || fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT))
		return false;
	bool ours = status.st_mode == (S_IFDIR | MARKED_MODE) && status.st_uid == geteuid() && status.st_dev == around.st_dev;
	if (!ours || status.st_mtim.tv_sec > time(NULL) - LEFT_OVER_SECONDS)
		return false;
	int lock = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool unused = lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0;
	if (lock >= 0)
		close(lock);
	return unused;
}
