#include "extract/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "extract/extract.h"
#include "extract/identity.h"
#include "extract/remove.h"
#include "squashfs/walk.h"
#include "system/text.h"

/* Opens a folder that only we can write to; makes it when it is missing. Returns a negative errno when it is not to be trusted. */
static int open_private_folder(const char *path)
{
	if (mkdir(path, 0700) && errno != EEXIST)
		return -errno;
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return -errno;
	struct stat status;
	int error = fstat(folder, &status) ? -errno : 0;
	if (!error && (status.st_uid != geteuid() || status.st_mode & (S_IWGRP | S_IWOTH)))
		error = -EPERM;
	if (!error)
		return folder;
	close(folder);
	return error;
}

static bool forbids_programs(int folder)
{
	struct statvfs status;
	return fstatvfs(folder, &status) == 0 && status.f_flag & ST_NOEXEC;
}

struct search {
	int folder; /* -1 until found */
	char *path;
	struct notes *notes;
};

/* Looks at `<base>/<name>`, unless something has been found already. Takes ownership of `name`. */
static void look(struct search *search, const char *base, char *name)
{
	if (search->folder < 0 && base && *base == '/') {
		char *path = text_format("%s/%s", base, name);
		int folder = open_private_folder(path);
		if (folder < 0) {
			note(search->notes, "extract: %s: %s", path,
			     folder == -EPERM ? "others can write there" : strerror(-folder));
		} else if (forbids_programs(folder)) {
			note(search->notes, "extract: %s: programs may not be run from there (noexec)", path);
			close(folder);
		} else {
			search->folder = folder;
			search->path = path;
			path = NULL;
		}
		free(path);
	}
	free(name);
}

int extract_cache_open(char **path, struct notes *notes)
{
	struct search search = { .folder = -1, .notes = notes };
	unsigned user = geteuid();
	const char *cache = text_variable("XDG_CACHE_HOME");
	const char *home = text_variable("HOME");
	char *standard = home ? text_format("%s/.cache", home) : NULL;
	if (!cache)
		cache = standard;
	/* As the base directory specification wants it: what is missing is made, for its owner only. */
	if (cache && *cache == '/')
		mkdir(cache, 0700);
	look(&search, cache, text_copy("appimage"));
	look(&search, text_variable("TMPDIR"), text_format("appimage-%u", user));
	look(&search, "/tmp", text_format("appimage-%u", user));
	look(&search, text_variable("XDG_RUNTIME_DIR"), text_copy("appimage"));
	look(&search, "/var/tmp", text_format("appimage-%u", user));
	free(standard);
	*path = search.path;
	return search.folder;
}

/* A folder gets its final name when all is in it: where it is, it is complete. */
static bool is_extracted(int folder, const char *name)
{
	struct stat status;
	return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
}

static int extract_into(struct appimage *app, int folder, const char *name, struct notes *notes)
{
	int error = mkdirat(folder, name, 0700) ? -errno : 0;
	int target = error ? error : openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (target < 0) {
		error = error ? error : -errno;
		note(notes, "extract: cannot make a folder: %s", strerror(-error));
		return error;
	}
	char *failed;
	struct extraction extraction = { .fs = &app->fs, .target = target, .workers = app->workers };
	long extracted = extract_tree(&extraction, &failed);
	close(target);
	if (extracted < 0)
		note(notes, "extract: /%s: %s", failed ? failed : "", walk_error_text((int)extracted));
	free(failed);
	return extracted < 0 ? (int)extracted : 0;
}

/* Called with the lock held. What an interrupted start has left is not continued, but made anew. */
static int extract_anew(struct appimage *app, int folder, const char *name, struct notes *notes)
{
	char *partial = text_format("%s.partial", name);
	int error = remove_tree(folder, partial);
	if (!error)
		error = extract_into(app, folder, partial, notes);
	if (!error && renameat(folder, partial, folder, name)) {
		error = -errno;
		note(notes, "extract: cannot rename %s: %s", partial, strerror(-error));
	}
	if (error)
		remove_tree(folder, partial);
	free(partial);
	return error;
}

/* One start extracts; the others wait for it, and then find the folder there. */
static int extract_once(struct appimage *app, int folder, const char *name, struct notes *notes)
{
	char *lock_name = text_format("%s.lock", name);
	int lock = openat(folder, lock_name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	free(lock_name);
	int error = lock < 0 ? -errno : 0;
	while (!error && flock(lock, LOCK_EX)) {
		if (errno != EINTR)
			error = -errno;
	}
	if (error)
		note(notes, "extract: cannot lock the cache: %s", strerror(-error));
	else if (!is_extracted(folder, name))
		error = extract_anew(app, folder, name, notes);
	if (lock >= 0)
		close(lock);
	return error;
}

char *extract_to_cache(struct appimage *app, struct notes *notes)
{
	char *path, *result = NULL;
	char name[IDENTITY_LENGTH + 1];
	int folder = extract_cache_open(&path, notes);
	if (folder < 0)
		return NULL;
	int error = identity_of(&app->image, name);
	if (error)
		note(notes, "extract: cannot read %s: %s", app->path, strerror(-error));
	else if (is_extracted(folder, name) || extract_once(app, folder, name, notes) == 0)
		result = text_format("%s/%s", path, name);
	close(folder);
	free(path);
	return result;
}
