/*
 * Runs a program in a root that holds only what the arguments name: bubblewrap's vocabulary, for hosts without bubblewrap.
 * `--inner` is the stage behind either of the two, inside of the sandbox.
 */
#include <string.h>
#include <sys/auxv.h>

#include "confine/fail.h"
#include "confine/inner.h"
#include "confine/settings.h"
#include "confine/start.h"
#include "system/descriptors.h"

int main(int count, char **arguments)
{
	/* Made for the rights of its caller: with others, it would lend them to everybody. */
	if (getauxval(AT_SECURE))
		fail("must not be set-user-id, set-group-id or have file capabilities");
	descriptors_occupy_standard();
	if (count > 1 && strcmp(arguments[1], "--inner") == 0)
		return inner_run(count, arguments);
	struct settings settings;
	settings_parse(&settings, count, arguments);
	return start(&settings);
}
