#include "confine/path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confine/fail.h"

#define DEPTH_MAX 128
#define LINKS_MAX 40

/* The folders from the root to where we are, so that ".." is the one that we came from. */
struct walk {
	int folders[DEPTH_MAX];
	int depth;
	int links;
	enum path_end end;
	mode_t parents, mode;
};

static int top(const struct walk *walk)
{
	return walk->folders[walk->depth - 1];
}

static void back_to(struct walk *walk, int depth)
{
	while (walk->depth > depth)
		close(walk->folders[--walk->depth]);
}

static bool is_last(const char *rest)
{
	return rest[strspn(rest, "/")] == '\0';
}

/* What is missing at that place; false: it stays missing. */
static bool make(const struct walk *walk, const char *name, bool last)
{
	if (walk->end == PATH_AS_IS)
		return false;
	if (last && walk->end == PATH_FILE) {
		int file = openat(top(walk), name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, walk->mode);
		if (file >= 0)
			close(file);
		return file >= 0 || errno == EEXIST;
	}
	return mkdirat(top(walk), name, last ? walk->mode : walk->parents) == 0 || errno == EEXIST;
}

static int open_name(const struct walk *walk, const char *name, bool last)
{
	int entry = openat(top(walk), name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (entry >= 0)
		return entry;
	if (errno != ENOENT || !make(walk, name, last))
		return -errno;
	entry = openat(top(walk), name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return entry < 0 ? -errno : entry;
}

/* Where a link leads, and what was behind it. Takes `entry` and `rest`; NULL: errno says why. */
static char *follow(struct walk *walk, int entry, char *rest, const char *behind)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(entry, "", target, sizeof(target));
	close(entry);
	if (length <= 0 || length == sizeof(target) || ++walk->links > LINKS_MAX) {
		errno = length < 0 ? errno : length == 0 ? ENOENT : ELOOP;
		free(rest);
		return NULL;
	}
	if (target[0] == '/')
		back_to(walk, 1);
	char *path = NULL;
	if (asprintf(&path, "%.*s/%s", (int)length, target, behind) < 0)
		fail("not enough memory");
	free(rest);
	return path;
}

/* Walks to the end. Takes `rest`. Returns 0 or a negative errno. */
static int go(struct walk *walk, char *rest)
{
	char *at = rest;
	while (at += strspn(at, "/"), *at) {
		char *name = at;
		at += strcspn(at, "/");
		char *behind = *at ? at + 1 : at;
		*at = '\0';
		at = behind;
		if (strcmp(name, ".") == 0)
			continue;
		if (strcmp(name, "..") == 0) {
			back_to(walk, walk->depth > 1 ? walk->depth - 1 : 1);
			continue;
		}
		int entry = open_name(walk, name, is_last(behind));
		struct stat status;
		int error = entry < 0 ? entry : fstat(entry, &status) ? -errno : 0;
		if (!error && S_ISLNK(status.st_mode)) {
			at = rest = follow(walk, entry, rest, behind);
			if (!rest)
				return -errno;
			continue;
		}
		if (!error && walk->depth == DEPTH_MAX)
			error = -ENAMETOOLONG;
		if (error) {
			if (entry >= 0)
				close(entry);
			free(rest);
			return error;
		}
		walk->folders[walk->depth++] = entry;
	}
	free(rest);
	return 0;
}

int path_open(int root, const char *path, enum path_end end, mode_t parents, mode_t mode)
{
	struct walk walk = { .depth = 1, .end = end, .parents = parents, .mode = mode };
	walk.folders[0] = fcntl(root, F_DUPFD_CLOEXEC, 0);
	char *rest = strdup(path);
	if (walk.folders[0] < 0 || !rest)
		fail_errno("cannot walk to %s", path);
	int error = go(&walk, rest);
	int found = error ? error : walk.folders[--walk.depth];
	back_to(&walk, 0);
	return found;
}

int path_open_parent(int root, const char *path, mode_t parents, char **name)
{
	char *folder = strdup(path);
	if (!folder)
		fail("not enough memory");
	size_t length = strlen(folder);
	while (length > 0 && folder[length - 1] == '/')
		folder[--length] = '\0';
	char *slash = strrchr(folder, '/');
	*name = strdup(slash ? slash + 1 : folder);
	if (slash)
		*slash = '\0';
	bool named = *name && **name && strcmp(*name, ".") != 0 && strcmp(*name, "..") != 0;
	int found = named ? path_open(root, slash ? folder : "", PATH_FOLDER, parents, parents) : -EINVAL;
	free(folder);
	return found;
}
