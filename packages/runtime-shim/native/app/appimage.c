#include "app/appimage.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuse/session.h"
#include "system/report.h"
#include "system/text.h"

#define OWN_FILE "/proc/self/exe"

#define DELETED " (deleted)"

/* What the kernel adds to the name of a file that was removed or replaced by an update since exec is no part of it. */
static char *without_remark(const char *path, size_t length)
{
	size_t remark = strlen(DELETED);
	if (length > remark && strcmp(path + length - remark, DELETED) == 0 && access(path, F_OK))
		length -= remark;
	return text_copy_part(path, length);
}

/* The kernel's name of the running file; what exec was given, where /proc is not mounted. */
static char *own_path(void)
{
	char path[PATH_MAX];
	ssize_t length = readlink(OWN_FILE, path, sizeof(path));
	if (length > 0 && length < (ssize_t)sizeof(path)) {
		path[length] = '\0';
		return without_remark(path, (size_t)length);
	}
	int error = errno;
	char *resolved = realpath((const char *)getauxval(AT_EXECFN), NULL);
	if (!resolved && error == ENOENT)
		report_fatal("cannot find the file that is running: /proc is not mounted, and %s", strerror(errno));
	if (!resolved)
		report_fatal("cannot find the file that is running: %s", strerror(error));
	return resolved;
}

static bool is_folder(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static void open_image(struct appimage *app, bool is_target, const char *offset)
{
	const char *why = "";
	/* The running file is opened as such: its name may have gone to a newer version meanwhile. */
	int error = image_open(&app->image, is_target ? app->path : OWN_FILE, offset, &why);
	if (error == -ENOENT && !is_target)
		error = image_open(&app->image, app->path, offset, &why);
	if (error)
		report_fatal("cannot read %s: %s (%s)", app->path, why, strerror(-error));
	if (!is_target && app->image.sections == SECTIONS_OF_FILE)
		app->image.sections = SECTIONS_MAPPED;
}

void appimage_find(struct appimage *app)
{
	const char *target = text_variable("TARGET_APPIMAGE");
	const char *offset = target ? text_variable("TARGET_APPIMAGE_OFFSET") : NULL;
	memset(app, 0, sizeof(*app));
	app->path = target ? realpath(target, NULL) : own_path();
	if (!app->path)
		report_fatal("cannot open TARGET_APPIMAGE %s: %s", target, strerror(errno));
	app->file_name = text_base_name(app->path);
	app->is_folder = target && is_folder(app->path);
	app->workers = fuse_session_workers();
	if (!app->is_folder)
		open_image(app, target != NULL, offset);
	env_file_apply(&app->environment, app->path);
}

void appimage_open(struct appimage *app)
{
	appimage_find(app);
	if (app->is_folder)
		report_fatal("cannot read %s: it is a directory; an AppDir can be started, and has no image", app->path);
}

void appimage_open_payload(struct appimage *app)
{
	const char *why = "";
	int error = filesystem_open(&app->fs, &app->image, app->workers, &why);
	/* Of what this runtime lacks something for, other programs may have it. */
	if (error == -ENOTSUP)
		report_fatal("cannot read the payload of %s: %s; this unpacks it: unsquashfs -o %llu %s", app->path, why,
			     (unsigned long long)app->image.offset, app->path);
	if (error)
		report_fatal("cannot read the payload of %s, %llu bytes into it: %s", app->path,
			     (unsigned long long)app->image.offset, why);
}

const char *appimage_called_as(const char *argument)
{
	/* A shell cannot choose the name of what it starts: the shell runtime says it this way. */
	const char *typed = text_variable("TARGET_APPIMAGE") ? text_variable("TARGET_APPIMAGE_ARGV0") : NULL;
	return typed ? typed : argument;
}
