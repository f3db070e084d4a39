#include "confine/operations.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confine/arguments.h"
#include "confine/devices.h"
#include "confine/fail.h"
#include "confine/mounts.h"
#include "confine/path.h"

#define PARENT_MODE 0755

/* Opens a place in the new root, made where it is missing. */
static int open_target(int root, const char *target, enum path_end end, mode_t parents, mode_t mode)
{
	int found = path_open(root, target, end, parents, mode);
	if (found >= 0)
		return found;
	errno = -found;
	fail_errno("cannot make %s in the sandbox", target);
}

static void check(int error, const char *action, const char *target)
{
	if (!error)
		return;
	errno = -error;
	fail_errno("cannot %s %s", action, target);
}

/* A path of the host; negative errno. */
static int open_source(const char *path)
{
	int host = open(OLD_ROOT, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (host < 0)
		return -errno;
	int found = path_open(host, path, PATH_AS_IS, 0, 0);
	close(host);
	return found;
}

/*
 * What a descriptor of the caller's is, in this mount namespace: by its name, and only if that is still the same thing. The
 * kernel does not bind across namespaces.
 */
static int reopen(int descriptor, const char *target)
{
	char *name = mounts_name(descriptor), path[PATH_MAX];
	ssize_t length = readlink(name, path, sizeof(path) - 1);
	free(name);
	if (length < 0)
		return -errno;
	path[length] = '\0';
	/* Names are shown from this root, in which the host's is a folder; those from another namespace are not. */
	const char *outside = strncmp(path, OLD_ROOT "/", sizeof(OLD_ROOT)) == 0 ? path + sizeof(OLD_ROOT) - 1 : path;
	int found = open_source(outside);
	struct stat wanted, now;
	if (found < 0)
		return found;
	if (fstat(descriptor, &wanted) || fstat(found, &now))
		return -errno;
	if (wanted.st_dev != now.st_dev || wanted.st_ino != now.st_ino)
		fail("cannot show %s: what was opened is not at %s any more", target, outside);
	return found;
}

static void apply_bind(const struct operation *operation, int root)
{
	const char *target = operation->target;
	int source = operation->source ? open_source(operation->source) : reopen(operation->descriptor, target);
	if (source == -ENOENT && (operation->flags & BIND_OPTIONAL))
		return;
	struct stat status;
	if (source < 0 || fstat(source, &status)) {
		errno = source < 0 ? -source : errno;
		fail_errno("cannot find %s", operation->source ? operation->source : target);
	}
	enum path_end end = S_ISDIR(status.st_mode) ? PATH_FOLDER : PATH_FILE;
	int place = open_target(root, target, end, PARENT_MODE, end == PATH_FOLDER ? 0755 : 0444);
	check(mounts_bind(source, place), "show", target);
	unsigned long flags = MS_NOSUID | (operation->flags & BIND_DEVICES ? 0 : MS_NODEV) |
			      (operation->flags & BIND_READ_ONLY ? MS_RDONLY : 0);
	check(mounts_restrict(place, flags, true), "restrict", target);
	close(source);
	close(place);
}

/* What lies above something that is not for everyone is not for everyone either. */
static mode_t parents_for(int mode)
{
	mode_t parents = PARENT_MODE;
	if (mode >= 0 && !(mode & 070))
		parents &= ~(mode_t)070;
	if (mode >= 0 && !(mode & 07))
		parents &= ~(mode_t)07;
	return parents;
}

static mode_t mode_or(const struct operation *operation, mode_t usual)
{
	return operation->mode < 0 ? usual : (mode_t)operation->mode;
}

static void apply_directory(const struct operation *operation, int root)
{
	mode_t mode = mode_or(operation, 0755);
	int place = open_target(root, operation->target, PATH_FOLDER, parents_for(operation->mode), mode);
	struct stat status;
	if (fstat(place, &status) || !S_ISDIR(status.st_mode))
		fail("cannot make folder %s: there is something else", operation->target);
	close(place);
}

static void apply_tmpfs(const struct operation *operation, int root)
{
	char options[64];
	int place = open_target(root, operation->target, PATH_FOLDER, parents_for(operation->mode), 0755);
	int length = snprintf(options, sizeof(options), "mode=%#o", mode_or(operation, 0755));
	if (operation->size)
		snprintf(options + length, sizeof(options) - (size_t)length, ",size=%llu", (unsigned long long)operation->size);
	check(mounts_make("tmpfs", place, MS_NOSUID | MS_NODEV, options), "mount tmpfs on", operation->target);
	close(place);
}

/*
 * Parts of /proc through which the machine is changed. A process with the number 0 outside may write there even without a
 * capability.
 */
static void protect_proc(int place)
{
	static const char *const parts[] = { "sys", "sysrq-trigger", "irq", "bus" };
	char *name = mounts_name(place), path[PATH_MAX];
	ssize_t length = readlink(name, path, sizeof(path) - 1);
	free(name);
	path[length < 0 ? 0 : length] = '\0';
	int top = length < 0 ? -1 : open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; top >= 0 && i < sizeof(parts) / sizeof(*parts); i++) {
		if (faccessat(top, parts[i], W_OK, 0))
			continue;
		int part = openat(top, parts[i], O_PATH | O_NOFOLLOW | O_CLOEXEC);
		int error = part < 0 ? -errno : mounts_bind(part, part);
		check(error ? error : mounts_restrict(part, MS_RDONLY, false), "protect /proc:", parts[i]);
		close(part);
	}
	if (top < 0)
		fail_errno("cannot open the new /proc");
	close(top);
}

static void apply_proc(const struct operation *operation, int root)
{
	int place = open_target(root, operation->target, PATH_FOLDER, PARENT_MODE, 0755);
	check(mounts_make("proc", place, MS_NOSUID | MS_NOEXEC | MS_NODEV, NULL), "mount proc on", operation->target);
	protect_proc(place);
	close(place);
}

static void apply_mqueue(const struct operation *operation, int root)
{
	int place = open_target(root, operation->target, PATH_FOLDER, PARENT_MODE, 0755);
	check(mounts_make("mqueue", place, 0, NULL), "mount mqueue on", operation->target);
	close(place);
}

static void copy(int from, int to, const char *target)
{
	char buffer[16384];
	ssize_t count;
	while ((count = read(from, buffer, sizeof(buffer))) != 0) {
		for (ssize_t done = 0, part; done < count; done += part) {
			part = write(to, buffer + done, (size_t)(count - done));
			if (part < 0)
				fail_errno("cannot write %s", target);
		}
		if (count < 0 && errno != EINTR)
			fail_errno("cannot read the content of %s", target);
	}
	close(to);
}

static void apply_file(const struct operation *operation, int root)
{
	char *name;
	int folder = path_open_parent(root, operation->target, parents_for(operation->mode), &name);
	if (folder < 0)
		check(folder, "make", operation->target);
	/* Neither what is there already nor what it leads to is written into. */
	int file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_or(operation, 0666));
	if (file < 0)
		fail_errno("cannot make %s", operation->target);
	copy(operation->descriptor, file, operation->target);
	free(name);
	close(folder);
}

/* The content lies in the base, has no name any more, and is shown at the place. */
static void apply_bind_data(const struct operation *operation, int root)
{
	static const char name[] = "/data";
	int file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_or(operation, 0600));
	if (file < 0)
		fail_errno("cannot make a file in memory");
	copy(operation->descriptor, file, operation->target);
	int source = open(name, O_PATH | O_CLOEXEC);
	int place = open_target(root, operation->target, PATH_FILE, parents_for(operation->mode), 0444);
	check(source < 0 ? -errno : mounts_bind(source, place), "show", operation->target);
	unsigned long flags = MS_NOSUID | MS_NODEV | (operation->flags & BIND_READ_ONLY ? MS_RDONLY : 0);
	check(mounts_restrict(place, flags, true), "restrict", operation->target);
	unlink(name);
	close(source);
	close(place);
}

static void apply_symlink(const struct operation *operation, int root)
{
	char *name, found[PATH_MAX];
	int folder = path_open_parent(root, operation->target, PARENT_MODE, &name);
	if (folder < 0)
		check(folder, "make", operation->target);
	if (symlinkat(operation->source, folder, name)) {
		int error = errno;
		ssize_t length = readlinkat(folder, name, found, sizeof(found) - 1);
		found[length < 0 ? 0 : length] = '\0';
		errno = error;
		if (error != EEXIST || strcmp(found, operation->source) != 0)
			fail_errno("cannot make link %s", operation->target);
	}
	free(name);
	close(folder);
}

static void apply_chmod(const struct operation *operation, int root)
{
	int place = path_open(root, operation->target, PATH_AS_IS, 0, 0);
	char *name = mounts_name(place);
	int error = place < 0 ? place : chmod(name, (mode_t)operation->mode) ? -errno : 0;
	check(error, "set the mode of", operation->target);
	free(name);
	close(place);
}

static void apply_remount(const struct operation *operation, int root)
{
	int place = path_open(root, operation->target, PATH_AS_IS, 0, 0);
	check(place < 0 ? place : mounts_restrict(place, MS_RDONLY, false), "make read-only:", operation->target);
	close(place);
}

static void apply_dev(const struct operation *operation, int root)
{
	int place = open_target(root, operation->target, PATH_FOLDER, PARENT_MODE, 0755);
	devices_make(place, operation->target);
	close(place);
}

void operation_apply(const struct operation *operation, int root)
{
	static void (*const apply[])(const struct operation *operation, int root) = {
		[OPERATION_BIND] = apply_bind,           [OPERATION_REMOUNT_READ_ONLY] = apply_remount,
		[OPERATION_PROC] = apply_proc,           [OPERATION_DEV] = apply_dev,
		[OPERATION_TMPFS] = apply_tmpfs,         [OPERATION_MQUEUE] = apply_mqueue,
		[OPERATION_DIRECTORY] = apply_directory, [OPERATION_FILE] = apply_file,
		[OPERATION_BIND_DATA] = apply_bind_data, [OPERATION_SYMLINK] = apply_symlink,
		[OPERATION_CHMOD] = apply_chmod,
	};
	apply[operation->kind](operation, root);
}
