/*
 * The runtime of a type 2 AppImage: a static program, followed by a SquashFS image that it mounts and runs AppRun from.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "app/appimage.h"
#include "app/interpreter.h"
#include "app/options.h"
#include "image/sections.h"
#include "launch/launch.h"
#include "mount/ladder.h"
#include "system/descriptors.h"
#include "system/output.h"
#include "system/report.h"
#include "system/text.h"

/* With set-user-id or file capabilities, the caller's environment would decide what runs with somebody else's rights. */
static void refuse_borrowed_privileges(void)
{
	if (getauxval(AT_SECURE))
		report_fatal("an AppImage must not be set-user-id, set-group-id or have file capabilities");
}

/* The arguments for the application: without a "--" that only guards one of its own options. */
static char **without_escape(int count, char **arguments)
{
	if (count > 1 && options_are_escaped(arguments + 1)) {
		arguments[1] = arguments[0];
		return arguments + 1;
	}
	return arguments;
}

/* Runs an option. Its answer has to arrive: on a full disk, an empty file must not pass for one. */
static int answer(const struct option *option, char **arguments)
{
	int status = option->run(arguments + 2, arguments[0]);
	int error = output_finish();
	if (!error)
		return status;
	report("cannot write to standard output: %s", strerror(-error));
	return EXIT_FAILURE;
}

/* The user's choice, else the packager's, else all ways. */
static struct ladder_choice choose(const struct appimage *app)
{
	struct ladder_choice choice = { 0 };
	char packaged[MOUNT_MODE_SIZE + 1] = "";
	const char *unknown;
	if (!app->is_folder)
		section_mount_mode(&app->image, packaged);
	if (!ladder_choose(packaged, &choice, &unknown))
		report_fatal("APPIMAGE_MOUNT is \"%s\": expected " LADDER_WORDS, unknown);
	return choice;
}

int main(int count, char **arguments)
{
	static char *nameless[] = { "AppImage", NULL };
	if (count < 1)
		arguments = nameless;
	refuse_borrowed_privileges();
	descriptors_occupy_standard();
	if (interpreter_is_called(arguments[0]))
		arguments = interpreter_begin(&count, arguments);
	arguments[0] = (char *)appimage_called_as(arguments[0]);

	const char *first = count > 1 ? arguments[1] : "";
	if (text_starts_with(first, OPTION_PREFIX)) {
		const struct option *option = option_find(first);
		if (option)
			return answer(option, arguments);
		report("%s is no option of this runtime%s; --appimage-help lists them, and \"-- %s\" is for the application",
		       first, option_suggestion(first), first);
		return EXIT_USAGE;
	}

	struct appimage app;
	appimage_find(&app);
	launch(&app, without_escape(count, arguments), choose(&app));
}
