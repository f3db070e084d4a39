#include "extract/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "extract/cache-folder.h"
#include "extract/confined.h"
#include "extract/evict.h"
#include "extract/extract.h"
#include "extract/identity.h"
#include "extract/interrupt.h"
#include "extract/remove.h"
#include "filesystem/directory.h"
#include "filesystem/walk.h"
#include "system/text.h"

/* One image in one cache folder. */
struct entry {
	struct appimage *app;
	int folder;
	const char *path; /* of the folder */
	content_key name;
	bool proven; /* the payload was hashed, now or before, and gave that name */
	const char *entry_point;
	struct notes *notes;
};

static int find_entry_point(const struct entry *entry, struct inode *inode)
{
	struct filesystem *fs = &entry->app->fs;
	struct inode root;
	struct directory_entry found;
	int error = inode_read(fs, fs->root, &root);
	if (!error)
		error = directory_lookup(fs, &root, entry->entry_point, &found);
	return error ? error : inode_read(fs, found.reference, inode);
}

/*
 * A folder gets its final name when all is in it. That what is to be run is still there as the image has it is a cheap sign
 * that nobody has cleaned in there since.
 */
static bool is_extracted(const struct entry *entry)
{
	struct inode inode;
	struct stat status;
	if (fstatat(entry->folder, entry->name, &status, AT_SYMLINK_NOFOLLOW) || !S_ISDIR(status.st_mode))
		return false;
	char *path = text_format("%s/%s", entry->name, entry->entry_point);
	bool there = find_entry_point(entry, &inode) == 0 && fstatat(entry->folder, path, &status, AT_SYMLINK_NOFOLLOW) == 0;
	if (there && inode.type == INODE_FILE)
		there = S_ISREG(status.st_mode) && (uint64_t)status.st_size == inode.size;
	else if (there && inode.type == INODE_SYMLINK)
		there = S_ISLNK(status.st_mode) && fstatat(entry->folder, path, &status, 0) == 0;
	free(path);
	return there;
}

static int extract_into(const struct entry *entry, const char *name)
{
	int error = mkdirat(entry->folder, name, 0700) ? -errno : 0;
	int target = error ? error : openat(entry->folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (target < 0) {
		error = error ? error : -errno;
		note(entry->notes, "extract: %s: cannot make a folder: %s", entry->path, strerror(-error));
		return error;
	}
	char *failed;
	struct extraction extraction = {
		.fs = &entry->app->fs,
		.target = target,
		.workers = entry->app->workers,
		.read_only = true,
	};
	long extracted = extract_confined(&extraction, &failed);
	error = extracted < 0 ? (int)extracted : 0;
	if (error)
		note(entry->notes, "extract: %s: /%s: %s", entry->path, failed ? failed : "", walk_error_text(error));
	free(failed);
	/* After a power failure, there must be no files without their content under the final name. */
	if (!error && (fchmod(target, 0500) || syncfs(target))) {
		error = -errno;
		note(entry->notes, "extract: %s: cannot write it to the disk: %s", entry->path, strerror(-error));
	}
	close(target);
	return !error && interrupt_is_pending() ? -EINTR : error;
}

/* Called with the lock held. What an interrupted start has left is not continued, but made anew. */
static int extract_anew(const struct entry *entry)
{
	char *partial = text_format("%s.partial", entry->name);
	int error = remove_tree(entry->folder, partial);
	if (error)
		note(entry->notes, "extract: %s: cannot remove %s: %s", entry->path, partial, strerror(-error));
	else
		error = extract_into(entry, partial);
	if (!error)
		error = remove_tree(entry->folder, entry->name);
	if (!error && renameat(entry->folder, partial, entry->folder, entry->name)) {
		error = -errno;
		note(entry->notes, "extract: %s: cannot rename %s: %s", entry->path, partial, strerror(-error));
	}
	if (error)
		remove_tree(entry->folder, partial);
	free(partial);
	return error;
}

/* Returns a descriptor with the lock held, LOCK_SH or LOCK_EX, or a negative errno. */
static int lock_entry(const struct entry *entry, const char *lock_name, int kind)
{
	for (;;) {
		int lock = openat(entry->folder, lock_name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
		if (lock < 0)
			return -errno;
		int error = 0;
		while (flock(lock, kind) && !error) {
			if (errno != EINTR || interrupt_is_pending())
				error = -errno;
		}
		struct stat status;
		if (!error && fstat(lock, &status) == 0 && status.st_nlink)
			return lock;
		close(lock);
		if (error)
			return error;
		/* Evicted while we waited for it. */
	}
}

/* Called with the lock held by nobody else. Another start may have extracted it while we waited. */
static int extract_locked(const struct entry *entry, const char *lock_name)
{
	if (is_extracted(entry))
		return 0;
	int error = extract_anew(entry);
	if (error)
		unlinkat(entry->folder, lock_name, 0);
	else
		cache_evict(entry->folder, entry->path);
	return error;
}

/*
 * One start extracts; the others wait for it, and then find the folder there. The lock is held until exec closes it: from then on,
 * APPDIR in the environment tells that the folder is in use. -ESTALE: it is not there, and the name is not proven.
 */
static int use(const struct entry *entry)
{
	char *lock_name = text_format("%s.lock", entry->name);
	int lock = lock_entry(entry, lock_name, LOCK_SH);
	int error = is_extracted(entry) ? 0 : -ESTALE;
	if (error && entry->proven) {
		if (lock >= 0)
			close(lock);
		lock = lock_entry(entry, lock_name, LOCK_EX);
		error = lock < 0 ? lock : extract_locked(entry, lock_name);
		if (lock < 0)
			note(entry->notes, "extract: %s: cannot lock the cache: %s", entry->path, strerror(-lock));
	}
	if (lock >= 0)
		futimens(lock, NULL);
	if (lock >= 0 && error)
		close(lock);
	free(lock_name);
	return error;
}

/*
 * Gives the entry a name that the payload has been proven to have; `*remembered` tells whether that was some time ago. A folder
 * before this one may have asked for it already.
 */
static int prove(struct entry *entry, bool *remembered)
{
	const struct filesystem *fs = &entry->app->fs;
	bool differs = false;
	*remembered = identity_recall(fs, entry->folder, entry->name);
	int error = *remembered || entry->proven ? 0 : identity_of(fs, entry->name, &differs);
	entry->proven = !error;
	if (error)
		note(entry->notes, "extract: cannot read %s: %s", entry->app->path, strerror(-error));
	else if (differs)
		report("the payload of %s does not have the digest that is embedded: it is damaged or was changed; see "
		       "--appimage-verify",
		       entry->app->path);
	return error;
}

/*
 * An embedded digest names a tree that has been extracted under it, which is taken. What has to be extracted is hashed first,
 * and gets the name that it proves to have, whatever is embedded: no image can put its tree in the place of another's.
 */
static int use_known(struct entry *entry)
{
	const struct filesystem *fs = &entry->app->fs;
	bool remembered;
	if (!entry->proven && content_key_claimed(&fs->image, fs->extent.start, entry->name) && is_extracted(entry) &&
	    use(entry) == 0)
		return 0;
	int error = prove(entry, &remembered);
	if (!error)
		error = use(entry);
	if (!error && !remembered)
		identity_remember(fs, entry->folder, entry->name);
	return error;
}

/* Errors that another file system may not have. */
static bool is_worth_another_folder(int error)
{
	return error == -EROFS || error == -ENOSPC || error == -EDQUOT || error == -EACCES || error == -EPERM ||
	       error == -ENOLCK;
}

char *extract_to_cache(struct appimage *app, const char *entry_point, struct notes *notes)
{
	struct entry entry = { .app = app, .entry_point = entry_point, .notes = notes };
	char *path, *result = NULL;
	unsigned next = 0;
	int error;
	/* One that takes rights from the user, too, would make folders that they cannot write to. */
	mode_t mask = umask(0077);
	interrupt_hold();
	do {
		entry.folder = cache_folder_open(&next, &path, notes);
		if (entry.folder < 0)
			break;
		entry.path = path;
		error = use_known(&entry);
		if (!error)
			result = text_format("%s/%s", path, entry.name);
		close(entry.folder);
		free(path);
	} while (!result && is_worth_another_folder(error));
	umask(mask);
	interrupt_release();
	return result;
}
