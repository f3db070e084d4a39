#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/appimage.h"
#include "app/commands.h"
#include "app/remedies.h"
#include "extract/cache-folder.h"
#include "image/sections.h"
#include "mount/ladder.h"
#include "mount/mount.h"
#include "system/confine.h"
#include "system/output.h"

/* Prints one line for one ability, and the notes: why it is missing, or how it came about. */
static bool tell(const char *what, bool works, const char *how, struct notes *notes)
{
	output("%-11s %s%s%s\n", what, works ? "yes" : "no", works && how ? ": " : "", works && how ? how : "");
	notes_print(notes, stdout);
	notes->count = 0;
	return works;
}

static void undo(struct keeper_plan *plan, int device, enum rung rung, const char *helper)
{
	plan->rung = rung;
	plan->helper = helper;
	close(device); /* nobody serves it: what looks at it from now on gets an error, and does not wait */
	mount_end(plan, true);
}

static unsigned try_mounts(struct appimage *app, const char *point)
{
	struct notes notes = { 0 };
	struct mount_request request = { .source = app->file_name, .point = point, .notes = &notes };
	struct keeper_plan plan = { .point = point };
	unsigned works = 0;
	int device = mount_directly(&request);
	if (device >= 0)
		undo(&plan, device, RUNG_ROOT, NULL);
	works |= tell("root", device >= 0, "mount(2) works", &notes) ? RUNG_BIT(RUNG_ROOT) : 0;

	char *helper = NULL;
	device = mount_by_fusermount(&request, &helper);
	if (device >= 0)
		undo(&plan, device, RUNG_FUSERMOUNT, helper);
	else
		remedies_for_fusermount(&notes);
	works |= tell("fusermount", device >= 0, helper, &notes) ? RUNG_BIT(RUNG_FUSERMOUNT) : 0;

	works |= tell("userns", mount_userns_works(&request) == 0, "a user namespace may mount FUSE", &notes)
			 ? RUNG_BIT(RUNG_USERNS)
			 : 0;
	return works;
}

static bool try_cache(void)
{
	struct notes notes = { 0 };
	char *path;
	unsigned first = 0;
	int folder = cache_folder_open(&first, &path, &notes);
	if (folder < 0)
		remedies_for_extraction(&notes);
	bool works = tell("extract", folder >= 0, path, &notes);
	if (folder >= 0)
		close(folder);
	free(path);
	return works;
}

/* In a child: the filter cannot be taken off again. */
static void try_confinement(void)
{
	struct notes notes = { 0 };
	int status = 1;
	pid_t child = fork();
	if (child == 0)
		_exit(!confine_reader());
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (child < 0 || status)
		note(&notes, "this kernel has no seccomp filters: the server of a mount runs unconfined");
	tell("seccomp", child > 0 && status == 0, "the server of a mount is confined", &notes);
}

/* What the variables and the packager leave of what works. Returns whether anything does. */
static bool tell_start(const struct appimage *app, unsigned works)
{
	struct ladder_choice choice;
	char packaged[MOUNT_MODE_SIZE + 1];
	const char *unknown = "";
	section_mount_mode(&app->image, packaged);
	if (*packaged)
		output("%-11s %s\n", "packager", packaged);
	bool known = ladder_choose(packaged, &choice, &unknown);
	unsigned usable = works & choice.first ? works & choice.first : works & choice.rest;
	unsigned rung = 0;
	while (rung < RUNG_COUNT && !(usable & RUNG_BIT(rung)))
		rung++;
	if (!known)
		output("%-11s not at all: APPIMAGE_MOUNT is \"%s\"\n", "starts", unknown);
	else
		output("%-11s %s%s%s\n", "starts", usable ? "by " : "not at all", usable ? rung_names[rung] : "",
		       usable && choice.first & RUNG_KEEP ? ", and the mount is kept" : "");
	return known && usable;
}

int command_doctor(char **arguments, char *called_as)
{
	(void)arguments, (void)called_as;
	struct appimage app;
	struct notes notes = { 0 };
	struct utsname kernel;
	appimage_open(&app);
	if (uname(&kernel) == 0)
		output("kernel      %s %s on %s, user %u\n", kernel.sysname, kernel.release, kernel.machine, geteuid());
	output("file        %s, payload at %llu\n", app.path, (unsigned long long)app.image.offset);
	output_finish();

	int lock = -1;
	unsigned works = 0;
	char *point = mount_point_create(app.file_name, &lock, &notes);
	if (point)
		works = try_mounts(&app, point);
	else
		tell("mount point", false, NULL, &notes);
	if (point)
		rmdir(point);
	if (lock >= 0)
		close(lock);
	works |= try_cache() ? RUNG_BIT(RUNG_EXTRACT) : 0;
	try_confinement();
	return tell_start(&app, works) ? 0 : 1;
}
