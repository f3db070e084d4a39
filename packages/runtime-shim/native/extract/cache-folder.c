#include "extract/cache-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "system/text.h"
#include "system/trusted-folder.h"

/* In the order in which they are looked at. */
enum candidate { IN_XDG_CACHE_HOME, IN_HOME, IN_XDG_RUNTIME_DIR, IN_TMPDIR, IN_TMP, IN_VAR_TMP, CANDIDATES };

/* Opens a folder that only we can write to. Returns a negative errno when it is not to be trusted. */
static int open_private_folder(const char *path)
{
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

/*
 * Under sudo, HOME may be another user's, who must not find folders of root's in it. What is missing is to be made in a folder
 * of ours.
 */
static bool is_ours(const char *base)
{
	struct stat status;
	if (stat(base, &status) == 0)
		return status.st_uid == geteuid();
	char *parent = text_copy_part(base, (unsigned long)(text_base_name(base) - base));
	bool ours = stat(parent, &status) == 0 && (status.st_uid == geteuid() || geteuid() != 0);
	free(parent);
	return ours;
}

static char *below_own(const char *base, const char *folder, struct notes *notes)
{
	if (!base || *base != '/')
		return NULL;
	if (!is_ours(base)) {
		note(notes, "extract: %s: it belongs to somebody else", base);
		return NULL;
	}
	return text_format("%s%s/appimage", base, folder);
}

static char *below_shared(const char *base, struct notes *notes)
{
	char *trusted = base && *base == '/' ? trusted_folder(base, "extract", notes) : NULL;
	char *path = trusted ? text_format("%s/appimage-%u", trusted, geteuid()) : NULL;
	free(trusted);
	return path;
}

/* Returns NULL for a candidate that does not exist here. */
static char *path_of(unsigned candidate, struct notes *notes)
{
	switch (candidate) {
	case IN_XDG_CACHE_HOME:
		return below_own(text_variable("XDG_CACHE_HOME"), "", notes);
	case IN_HOME:
		return below_own(text_variable("HOME"), "/.cache", notes);
	case IN_XDG_RUNTIME_DIR:
		return below_own(text_variable("XDG_RUNTIME_DIR"), "", notes);
	case IN_TMPDIR:
		return below_shared(text_variable("TMPDIR"), notes);
	case IN_TMP:
		return below_shared("/tmp", notes);
	default:
		return below_shared("/var/tmp", notes);
	}
}

/*
 * The folder, and in a base directory of the user's also the one that it is in: their specification wants that to be made, for
 * its owner only.
 */
static int make_folder(const char *path, bool in_own)
{
	struct stat status;
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return 0;
	if (errno == EROFS)
		return lstat(path, &status) == 0 ? 0 : -EROFS;
	if (errno != ENOENT || !in_own)
		return -errno;
	char *parent = text_copy_part(path, (unsigned long)(text_base_name(path) - path - 1));
	bool made = (mkdir(parent, 0700) == 0 || errno == EEXIST) && mkdir(path, 0700) == 0;
	int error = made ? 0 : -errno;
	free(parent);
	return error;
}

/* Returns a descriptor, or -1 with a note. */
static int open_usable(const char *path, bool in_own, struct notes *notes)
{
	int error = make_folder(path, in_own);
	int folder = error ? error : open_private_folder(path);
	if (folder < 0) {
		note(notes, "extract: %s: %s", path,
		     folder == -EPERM ? "it belongs to somebody else, or others can write to it" : strerror(-folder));
		return -1;
	}
	if (!forbids_programs(folder))
		return folder;
	note(notes, "extract: %s: programs may not be run from there (noexec)", path);
	close(folder);
	return -1;
}

int cache_folder_open(unsigned *next, char **path, struct notes *notes)
{
	while (*next < CANDIDATES) {
		unsigned candidate = (*next)++;
		*path = path_of(candidate, notes);
		int folder = *path ? open_usable(*path, candidate < IN_TMPDIR, notes) : -1;
		if (folder >= 0)
			return folder;
		free(*path);
	}
	*path = NULL;
	return -1;
}

int cache_folder_find(unsigned *next, char **path, struct notes *notes)
{
	while (*next < CANDIDATES) {
		*path = path_of((*next)++, notes);
		int folder = *path ? open_private_folder(*path) : -1;
		if (folder >= 0)
			return folder;
		free(*path);
	}
	*path = NULL;
	return -1;
}
