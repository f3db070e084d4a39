#include "launch/environment.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/report.h"
#include "system/text.h"

static void set(const char *name, const char *value)
{
	if (setenv(name, value, 1))
		report_fatal("not enough memory for the environment");
}

/* `<file>.home` and `<file>.config` beside the AppImage, where the user has made them, carry its settings along with it. */
static void use_portable_folder(const struct appimage *app, const char *suffix, const char *variable)
{
	char *folder = text_format("%s%s", app->path, suffix);
	struct stat status;
	if (stat(folder, &status) == 0 && S_ISDIR(status.st_mode) && access(folder, W_OK) == 0)
		set(variable, folder);
	free(folder);
}

void environment_prepare(const struct appimage *app, const char *directory, const char *called_as)
{
	char *working_directory = getcwd(NULL, 0);
	set("APPIMAGE", app->path);
	set("APPDIR", directory);
	set("ARGV0", called_as);
	if (working_directory)
		set("OWD", working_directory);
	free(working_directory);
	use_portable_folder(app, ".home", "HOME");
	use_portable_folder(app, ".config", "XDG_CONFIG_HOME");
	/* They were meant for this start: another AppImage that the application starts must find its own file. */
	unsetenv("TARGET_APPIMAGE");
	unsetenv("TARGET_APPIMAGE_OFFSET");
}
