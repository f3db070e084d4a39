#include "confine/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine/fail.h"
#include "confine/mount-table.h"

/* mount_setattr(2), Linux 5.12. */
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442 /* the same number on every architecture */
#endif
#define SET_READ_ONLY 1
#define SET_NOSUID 2
#define SET_NODEV 4
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

struct mount_attributes {
	uint64_t set, clear, propagation, user_namespace;
};

char *mounts_name(int descriptor)
{
	char *name = NULL;
	if (asprintf(&name, OLD_ROOT "/proc/self/fd/%d", descriptor) < 0)
		fail("not enough memory");
	return name;
}

int mounts_bind(int source, int target)
{
	char *from = mounts_name(source), *to = mounts_name(target);
	int error = mount(from, to, NULL, MS_SILENT | MS_BIND | MS_REC, NULL) ? -errno : 0;
	free(from);
	free(to);
	return error;
}

int mounts_make(const char *type, int target, unsigned long flags, const char *options)
{
	char *to = mounts_name(target);
	int error = mount(type, to, type, flags, options) ? -errno : 0;
	free(to);
	return error;
}

/* By what the kernel lists: before Linux 5.12. Descendants that are out of reach are so for the application, too. */
static int restrict_one_by_one(const char *point, unsigned long flags, bool below)
{
	struct mount_table table;
	mount_table_read(&table);
	int error = mount_table_mark(&table, point, below) ? 0 : -EINVAL;
	for (size_t i = 0; !error && i < table.count; i++) {
		const struct mount_entry *entry = &table.entries[i];
		unsigned long wanted = entry->flags | flags;
		if (!entry->marked || wanted == entry->flags)
			continue;
		bool is_top = strcmp(entry->point, point) == 0;
		if (mount(NULL, entry->point, NULL, MS_SILENT | MS_BIND | MS_REMOUNT | wanted, NULL) &&
		    (is_top || errno != EACCES))
			error = -errno;
	}
	mount_table_free(&table);
	return error;
}

int mounts_restrict(int target, unsigned long flags, bool below)
{
	char *name = mounts_name(target), point[PATH_MAX];
	ssize_t length = readlink(name, point, sizeof(point) - 1);
	int error = length < 0 ? -errno : 0;
	free(name);
	if (error)
		return error;
	point[length] = '\0';
	const struct mount_attributes attributes = {
		.set = (flags & MS_RDONLY ? SET_READ_ONLY : 0) | (flags & MS_NOSUID ? SET_NOSUID : 0) |
		       (flags & MS_NODEV ? SET_NODEV : 0),
	};
	/* A name without links, since the kernel made it. */
	int options = AT_SYMLINK_NOFOLLOW | (below ? AT_RECURSIVE : 0);
	if (syscall(SYS_mount_setattr, -1, point, options, &attributes, sizeof(attributes)) == 0)
		return 0;
	/* A filter may answer EPERM for what it does not know. */
	return errno == ENOSYS || errno == EPERM ? restrict_one_by_one(point, flags, below) : -errno;
}
