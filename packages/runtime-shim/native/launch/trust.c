#include "launch/trust.h"

#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "system/text.h"

static const char foreign[] = "it belongs to somebody else";

static bool is_ours_or_roots(const struct stat *status)
{
	return status->st_uid == geteuid() || status->st_uid == 0;
}

/* Of the permissions to write, those that let in others than the AppImage itself does. */
static mode_t opened_to_others(const struct stat *status, const char *image_path)
{
	struct stat image;
	mode_t open = status->st_mode & (S_IWGRP | S_IWOTH);
	if (open && stat(image_path, &image) == 0 && S_ISREG(image.st_mode))
		open &= ~(image.st_gid == status->st_gid ? image.st_mode : image.st_mode & ~(mode_t)S_IWGRP);
	return open;
}

/* Another name can be given to a file by anybody who may add to the folder, unless the kernel protects hard links. */
static bool may_be_planted(const struct stat *status, const char *image_path)
{
	struct stat around;
	if (status->st_nlink == 1)
		return false;
	char *folder = text_copy_part(image_path, (unsigned long)(text_base_name(image_path) - image_path));
	bool ours = stat(folder, &around) == 0 && is_ours_or_roots(&around) && !(around.st_mode & (S_IWGRP | S_IWOTH));
	free(folder);
	return !ours;
}

const char *distrust_of_file(const struct stat *status, const char *image_path)
{
	if (!is_ours_or_roots(status))
		return foreign;
	if (opened_to_others(status, image_path))
		return "others can write to it; chmod go-w mends that";
	if (may_be_planted(status, image_path))
		return "it has another name, too (a hard link), and others can add to this folder";
	return NULL;
}

const char *distrust_of_folder(const struct stat *status, const char *image_path)
{
	if (status->st_uid != geteuid())
		return foreign;
	mode_t open = opened_to_others(status, image_path);
	/* A group with the user's own number has nobody else in it; where there is one, folders are often made for both. */
	if (status->st_gid == status->st_uid)
		open &= ~(mode_t)S_IWGRP;
	return open ? "others can write to it; chmod go-w mends that" : NULL;
}

const char *distrust_of_link(const struct stat *link)
{
	return is_ours_or_roots(link) && link->st_nlink == 1 ? NULL : "the link belongs to somebody else, or has other names";
}
