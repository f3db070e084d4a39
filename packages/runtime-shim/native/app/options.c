#include "app/options.h"

#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "system/output.h"
#include "system/text.h"

static int print_help(char **arguments, char *called_as);

#define COUNT (sizeof(options) / sizeof(options[0]))

static const struct option options[] = {
	{ "--appimage-help", "", "this text", print_help },
	{ "--appimage-version", "", "the version of this runtime", command_version },
	{ "--appimage-offset", "", "where the payload begins in the file, in bytes", command_offset },
	{ "--appimage-list", "", "the paths in the image", command_list },
	{ "--appimage-extract", " [--to DIR] [PATTERN…]", "unpack all, or what matches, into ./squashfs-root or DIR",
	  command_extract },
	{ "--appimage-extract-and-run", " [ARG…]", "run from the extraction cache, without a mount", command_extract_and_run },
	{ "--appimage-mount", "", "mount, print where, and stay until INT, TERM or HUP", command_mount },
	{ "--appimage-unmount", "", "end the mount that APPIMAGE_MOUNT=keep has left", command_unmount },
	{ "--appimage-signature", "", "the embedded signature", command_signature },
	{ "--appimage-updateinfo", "", "the embedded update information", command_update_information },
	{ "--appimage-updateinformation", "", "the same", command_update_information },
	{ "--appimage-verify", "", "compare the payload with the digest that is embedded", command_verify },
	{ "--appimage-portable-home", "", "make <file>.home, which then is HOME", command_portable_home },
	{ "--appimage-portable-config", "", "make <file>.config, which then is XDG_CONFIG_HOME", command_portable_config },
	{ "--appimage-portable-share", "", "make <file>.share, which then is XDG_DATA_HOME", command_portable_share },
	{ "--appimage-portable-cache", "", "make <file>.cache, which then is XDG_CACHE_HOME", command_portable_cache },
	{ "--appimage-cache-clean", " [KEY…]", "remove what has been extracted, or what is named, and is not in use",
	  command_cache_clean },
	{ "--appimage-doctor", "", "what this system can do, and what to do about the rest", command_doctor },
};

static const char variables[] = "Variables:\n"
				"  TARGET_APPIMAGE=FILE        work on that AppImage or AppDir instead\n"
				"  APPIMAGE_MOUNT=WAY          auto, root, fusermount, userns or extract; keep:\n"
				"                              mount, and leave it for later starts until\n"
				"                              --appimage-unmount\n"
				"  APPIMAGE_EXTRACT_AND_RUN=1  the same as APPIMAGE_MOUNT=extract\n"
				"  FUSERMOUNT_PROG=PROGRAM     the fusermount to use\n"
				"  TMPDIR=DIR                  where mount points are made\n"
				"\n"
				"Lines NAME=VALUE and \"unset NAME\" in <file>.env apply at every start.\n"
				"\n"
				"The extraction cache is $XDG_CACHE_HOME/appimage or ~/.cache/appimage; where\n"
				"that cannot be used, appimage in XDG_RUNTIME_DIR, or appimage-<uid> in TMPDIR,\n"
				"/tmp or /var/tmp. What is not started for 30 days is removed from it.\n"
				"\n"
				"Only the first argument is looked at. \"-- --appimage-…\" hands such an option\n"
				"to the application.\n";

static int print_help(char **arguments, char *called_as)
{
	(void)arguments;
	output("Usage: %s [OPTION | ARG…]\n\nOptions of the AppImage runtime:\n", text_base_name(called_as));
	for (size_t i = 0; i < COUNT; i++) {
		char *usage = text_format("%s%s", options[i].name, options[i].arguments);
		output("  %s\n      %s\n", usage, options[i].help);
	}
	output("\n%s", variables);
	return 0;
}

const struct option *option_find(const char *argument)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(options[i].name, argument) == 0)
			return &options[i];
	}
	return NULL;
}

const char *option_suggestion(const char *argument)
{
	const struct option *nearest = NULL;
	size_t least = 4; /* further away, it is no slip of the finger */
	for (size_t i = 0; i < COUNT; i++) {
		size_t distance = text_distance(argument, options[i].name);
		if (distance < least) {
			least = distance;
			nearest = &options[i];
		}
	}
	return nearest ? text_format(": did you mean %s?", nearest->name) : "";
}

bool options_are_escaped(char **arguments)
{
	return arguments[0] && strcmp(arguments[0], "--") == 0 && arguments[1] && text_starts_with(arguments[1], OPTION_PREFIX);
}
