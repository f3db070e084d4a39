#include "app/commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/appimage.h"
#include "decompress/decompress.h"
#include "filesystem/walk.h"
#include "image/elf-size.h"
#include "launch/launch.h"
#include "mount/ladder.h"
#include "system/confine.h"
#include "system/output.h"
#include "system/report.h"
#include "system/text.h"

#ifndef RUNTIME_VERSION
#define RUNTIME_VERSION "development"
#define RUNTIME_ARCHITECTURE "this machine"
#endif

/* More than any of the sections that are printed has. */
#define SECTION_PRINT_MAX 65536

/* Application Use, in the primary volume descriptor. AppImage specification, "Type 1 image format". */
#define UPDATE_FIELD 33651
#define UPDATE_FIELD_SIZE 512

int command_version(char **arguments, char *called_as)
{
	(void)arguments, (void)called_as;
	output("appimage-js runtime " RUNTIME_VERSION " for " RUNTIME_ARCHITECTURE ", reads " CODEC_NAMES "\n");
	return 0;
}

int command_offset(char **arguments, char *called_as)
{
	(void)arguments, (void)called_as;
	struct appimage app;
	appimage_open(&app);
	output("%llu\n", (unsigned long long)app.image.offset);
	return 0;
}

static int print_path(void *context, const char *path, const struct inode *inode)
{
	(void)context, (void)inode;
	output_foreign(path, "");
	output("\n");
	return output_error();
}

int command_list(char **arguments, char *called_as)
{
	(void)arguments, (void)called_as;
	struct appimage app;
	char *failed;
	appimage_open(&app);
	appimage_open_payload(&app);
	output_look();
	confine_reader();
	const struct walk_visitor visitor = { .enter = print_path };
	int error = filesystem_walk(&app.fs, &visitor, &failed);
	if (error && !output_error())
		report("cannot list %s: /%s: %s", app.path, failed ? failed : "", walk_error_text(error));
	return error ? 1 : 0;
}

int command_extract_and_run(char **arguments, char *called_as)
{
	struct appimage app;
	appimage_find(&app);
	/* The option's own place is where the program's name belongs. */
	arguments[-1] = called_as;
	launch(&app, arguments - 1, (struct ladder_choice){ .first = RUNG_BIT(RUNG_EXTRACT) });
}

/*
 * Prints what a section holds, up to its padding with zeros, and ends the line where it does not. A file without that section,
 * or whose sections belong to something else (a helper of a shell runtime), prints nothing.
 */
static int print_section(const struct appimage *app, const char *name)
{
	struct elf_section section;
	if (app->image.sections == SECTIONS_NONE || elf_find_section(app->image.file, name, &section))
		return 0;
	size_t size = section.size < SECTION_PRINT_MAX ? (size_t)section.size : SECTION_PRINT_MAX;
	char *content = calloc(1, size + 1);
	int error = content ? file_read_exactly(app->image.file, section.offset, content, size) : -ENOMEM;
	if (error) {
		report("cannot read the section %s of %s: %s", name, app->path, strerror(-error));
		return 1;
	}
	output_look();
	output_foreign(content, "\n\t");
	if (*content && content[strlen(content) - 1] != '\n')
		output("\n");
	free(content);
	return 0;
}

int command_signature(char **arguments, char *called_as)
{
	(void)arguments, (void)called_as;
	struct appimage app;
	appimage_open(&app);
	return print_section(&app, ".sha256_sig");
}

/*
 * In images of type 1 it is in the primary volume descriptor, in a field that other programs use for other things: it is there
 * when what is there begins as update information does.
 */
static int print_update_field(const struct appimage *app)
{
	char field[UPDATE_FIELD_SIZE + 1] = "";
	if (image_read(&app->image, UPDATE_FIELD, field, UPDATE_FIELD_SIZE))
		return 0;
	size_t word = strspn(field, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
	if (!word || field[word] != '|')
		return 0;
	output_look();
	output_foreign(field, "");
	output("\n");
	return 0;
}

int command_update_information(char **arguments, char *called_as)
{
	(void)arguments, (void)called_as;
	struct appimage app;
	appimage_open(&app);
	if (image_is_iso9660(app.image.file, app.image.offset))
		return print_update_field(&app);
	return print_section(&app, ".upd_info");
}

static int make_portable(const char *suffix, const char *what)
{
	struct appimage app;
	appimage_find(&app);
	char *folder = text_format("%s%s", app.path, suffix);
	if (mkdir(folder, 0700) && errno != EEXIST) {
		report("cannot make the portable %s directory %s: %s", what, folder, strerror(errno));
		return 1;
	}
	report("the portable %s directory is %s", what, folder);
	return 0;
}

int command_portable_home(char **arguments, char *called_as)
{
	(void)arguments, (void)called_as;
	return make_portable(".home", "home");
}

int command_portable_config(char **arguments, char *called_as)
{
	(void)arguments, (void)called_as;
	return make_portable(".config", "config");
}

int command_portable_share(char **arguments, char *called_as)
{
	(void)arguments, (void)called_as;
	return make_portable(".share", "data");
}

int command_portable_cache(char **arguments, char *called_as)
{
	(void)arguments, (void)called_as;
	return make_portable(".cache", "cache");
}
