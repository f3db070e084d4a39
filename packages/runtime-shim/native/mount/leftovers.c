#include "mount/leftovers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mount/mount.h"
#include "mount/state.h"
#include "system/text.h"

/* A server that has been stopped never answers; then this ends. */
#define SECONDS_MOST 5

static bool is_octal(char digit)
{
	return digit >= '0' && digit <= '7';
}

/* Mount tables write a space and the like as a backslash and three octal digits. */
static void unescape(char *text)
{
	char *to = text;
	for (const char *from = text; *from; from++) {
		if (*from == '\\' && is_octal(from[1]) && is_octal(from[2]) && is_octal(from[3])) {
			*to++ = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
			from += 3;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
}

/* A mount of this runtime by this user, seen in a line of mountinfo (proc_pid_mountinfo(5)): returns its mount point. */
static char *own_mount_in(char *line)
{
	char *type = strstr(line, " - fuse." FUSE_SUBTYPE " ");
	char *options = type ? strrchr(type, ' ') : NULL;
	char *user = text_format(",user_id=%u,", getuid());
	bool ours = options && strstr(options, user);
	free(user);
	if (!ours)
		return NULL;
	char *rest = line, *field = NULL;
	for (int i = 0; i < 5; i++)
		field = strsep(&rest, " ");
	if (field)
		unescape(field);
	return field;
}

/* Whether a mount point lies directly in `folder`. */
static bool is_in(const char *point, const char *folder, size_t length)
{
	return strncmp(point, folder, length) == 0 && text_starts_with(point + length, "/" MOUNT_POINT_PREFIX) &&
	       !strchr(point + length + 1, '/');
}

static void unmount_dead_below(const char *folder, size_t length, const char *helper)
{
	FILE *table = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	size_t capacity = 0;
	while (table && getline(&line, &capacity, table) > 0) {
		line[strcspn(line, "\n")] = '\0';
		const char *point = own_mount_in(line);
		if (point && is_in(point, folder, length) && mount_is_dead(point)) {
			mount_remove(point, helper, true);
			rmdir(point);
		}
	}
	free(line);
	if (table)
		fclose(table);
}

static void remove_empty(DIR *stream)
{
	const struct dirent *entry;
	while ((entry = readdir(stream))) {
		bool candidate = text_starts_with(entry->d_name, MOUNT_POINT_PREFIX);
		if (candidate && mount_point_is_left_over(dirfd(stream), entry->d_name))
			unlinkat(dirfd(stream), entry->d_name, AT_REMOVEDIR);
	}
}

/* Whether there is any mount point but our own; looks at names only. */
static bool is_worth_it(DIR *stream, const char *own_name)
{
	const struct dirent *entry;
	while ((entry = readdir(stream))) {
		if (text_starts_with(entry->d_name, MOUNT_POINT_PREFIX) && strcmp(entry->d_name, own_name) != 0)
			return true;
	}
	return false;
}

static _Noreturn void reap(DIR *stream, const char *point, const char *helper)
{
	prctl(PR_SET_NAME, "appimage-reap");
	signal(SIGALRM, SIG_DFL);
	alarm(SECONDS_MOST);
	unmount_dead_below(point, (size_t)(strrchr(point, '/') - point), helper);
	rewinddir(stream);
	remove_empty(stream);
	_exit(0);
}

void leftovers_reap(const char *point, const char *helper)
{
	const char *name = text_base_name(point);
	char *folder = text_copy_part(point, (unsigned long)(name - point));
	DIR *stream = opendir(folder);
	free(folder);
	if (stream && is_worth_it(stream, name)) {
		/* Twice, so that whoever keeps the mount has no child to wait for. */
		pid_t between = fork();
		if (between == 0) {
			if (fork() == 0)
				reap(stream, point, helper);
			_exit(0);
		}
		while (between > 0 && waitpid(between, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (stream)
		closedir(stream);
}
