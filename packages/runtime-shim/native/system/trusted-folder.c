#include "system/trusted-folder.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/text.h"

static bool owns(const char *path, uid_t user)
{
	struct stat status;
	return stat(path, &status) == 0 && status.st_uid == user;
}

/*
 * Root, or whoever is as good: the owner of the root directory could replace all that is in it; and what belongs to root shows
 * as another number in a user namespace without root, the kernel's own files included.
 */
static bool is_root(uid_t user)
{
	return user == 0 || owns("/", user) || owns("/proc", user);
}

/* Why what is in a folder may be replaced, or NULL. */
static const char *distrust_of(const char *folder)
{
	struct stat status;
	if (lstat(folder, &status))
		return strerror(errno);
	if (status.st_uid != geteuid() && !is_root(status.st_uid))
		return "it belongs to somebody else";
	/* Where each user has a group of that number, a umask of 002 is usual, and lets nobody else write. */
	bool shared = status.st_mode & S_IWOTH || (status.st_mode & S_IWGRP && status.st_gid != status.st_uid);
	return shared && !(status.st_mode & S_ISVTX) ? "others can write to it; \"chmod +t\" mends that" : NULL;
}

/* From `folder` up to the root directory; not that one itself, without which nothing on this system can be trusted. */
static bool are_trusted(const char *path, const char *folder, const char *purpose, struct notes *notes)
{
	for (size_t length = strlen(folder); length > 1;) {
		char *above = text_copy_part(folder, length);
		const char *distrust = distrust_of(above);
		if (distrust)
			note(notes, "%s: %s is not used: %s%s%s", purpose, path, strcmp(above, path) ? above : "",
			     strcmp(above, path) ? ": " : "", distrust);
		free(above);
		if (distrust)
			return false;
		while (length && folder[--length] != '/')
			;
	}
	return true;
}

char *trusted_folder(const char *path, const char *purpose, struct notes *notes)
{
	char *folder = realpath(path, NULL);
	if (!folder)
		note(notes, "%s: %s is not used: %s", purpose, path, strerror(errno));
	if (!folder || are_trusted(path, folder, purpose, notes))
		return folder;
	free(folder);
	return NULL;
}
