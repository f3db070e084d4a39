#include "launch/environment.h"

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

/* `<file>.home` and the like beside the AppImage, where the user has made them, carry its settings along with it. */
static void use_portable_folder(const struct appimage *app, const struct portable_folder *portable)
{
	char *folder = text_format("%s%s", app->path, portable->suffix);
	struct stat status;
	if (stat(folder, &status) == 0 && S_ISDIR(status.st_mode) && access(folder, W_OK) == 0) {
		const char *distrust = distrust_of(&status);
		const char *before = getenv(portable->variable);
		if (distrust) {
			report("%s is not used: %s", folder, distrust);
		} else {
			/* Of an AppImage that another one has started, the real one is that before both. */
			if (before && !getenv(portable->real))
				set(portable->real, before);
			set(portable->variable, folder);
		}
	}
	free(folder);
}

void environment_prepare(const struct appimage *app, const char *directory, const char *called_as)
{
	char *working_directory = getcwd(NULL, 0);
	set("APPIMAGE", app->is_folder ? NULL : app->path);
	set("APPDIR", directory);
	set("ARGV0", called_as);
	set("APPIMAGE_ARGV0", called_as);
	/* Of a directory that has been removed, there is none: that of whoever started us would be wrong. */
	set("OWD", working_directory && *working_directory == '/' ? working_directory : NULL);
	free(working_directory);
	for (size_t i = 0; i < PORTABLE_FOLDERS; i++)
		use_portable_folder(app, &portable_folders[i]);
	env_file_unset(&app->environment);
	/* They were meant for this start: another AppImage that the application starts must find its own file. */
	set("TARGET_APPIMAGE", NULL);
	set("TARGET_APPIMAGE_OFFSET", NULL);
	set("TARGET_APPIMAGE_ARGV0", NULL);
}
