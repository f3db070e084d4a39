#include "launch/environment.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launch/trust.h"
#include "system/report.h"
#include "system/text.h"

const struct portable_folder portable_folders[PORTABLE_FOLDERS] = {
	{ ".home", "HOME", "REAL_HOME" },
	{ ".config", "XDG_CONFIG_HOME", "REAL_XDG_CONFIG_HOME" },
	{ ".share", "XDG_DATA_HOME", "REAL_XDG_DATA_HOME" },
	{ ".cache", "XDG_CACHE_HOME", "REAL_XDG_CACHE_HOME" },
};

/* The only one of that name: where the caller has passed several, programs differ in which of them they see. */
static void set(const char *name, const char *value)
{
	if (unsetenv(name) || (value && setenv(name, value, 1)))
		report_fatal("not enough memory for the environment");
}

/* Why the folder is not to be used, or NULL; `*there` tells whether it is one that could be. */
static const char *look_at(const char *folder, const char *image_path, bool *there)
{
	struct stat status;
	*there = lstat(folder, &status) == 0;
	const char *distrust = *there && S_ISLNK(status.st_mode) ? distrust_of_link(&status) : NULL;
	if (!*there || distrust)
		return distrust;
	*there = stat(folder, &status) == 0 && S_ISDIR(status.st_mode) && access(folder, W_OK) == 0;
	return *there ? distrust_of_folder(&status, image_path) : NULL;
}

void environment_look_beside(const struct appimage *app, struct portable_paths *found)
{
	for (size_t i = 0; i < PORTABLE_FOLDERS; i++) {
		bool there;
		char *folder = text_format("%s%s", app->path, portable_folders[i].suffix);
		const char *distrust = look_at(folder, app->path, &there);
		if (distrust)
			report("%s is not used: %s", folder, distrust);
		found->paths[i] = there && !distrust ? folder : NULL;
		if (!found->paths[i])
			free(folder);
	}
}

/* `<file>.home` and the like beside the AppImage, where the user has made them, carry its settings along with it. */
static void use_portable_folder(const struct portable_folder *portable, const char *folder)
{
	const char *before = getenv(portable->variable);
	/* Of an AppImage that another one has started, the real one is that before both. */
	if (before && !getenv(portable->real))
		set(portable->real, before);
	set(portable->variable, folder);
}

void environment_prepare(const struct appimage *app, const struct portable_paths *portable, const char *directory,
			 const char *called_as)
{
	char *working_directory = getcwd(NULL, 0);
	set("APPIMAGE", app->is_folder ? NULL : app->path);
	set("APPDIR", directory);
	set("ARGV0", called_as);
	set("APPIMAGE_ARGV0", called_as);
	/* Of a directory that has been removed, there is none: that of whoever started us would be wrong. */
	set("OWD", working_directory && *working_directory == '/' ? working_directory : NULL);
	free(working_directory);
	for (size_t i = 0; i < PORTABLE_FOLDERS; i++) {
		if (portable->paths[i])
			use_portable_folder(&portable_folders[i], portable->paths[i]);
	}
	env_file_unset(&app->environment);
	/* They were meant for this start: another AppImage that the application starts must find its own file. */
	set("TARGET_APPIMAGE", NULL);
	set("TARGET_APPIMAGE_OFFSET", NULL);
	set("TARGET_APPIMAGE_ARGV0", NULL);
	set("TARGET_APPIMAGE_CONTENTS", NULL);
	set("TARGET_APPIMAGE_PROGRAM", NULL);
}
