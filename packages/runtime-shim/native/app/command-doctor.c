#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/appimage.h"
#include "app/commands.h"
#include "extract/cache-folder.h"
#include "mount/ladder.h"
#include "mount/mount.h"
#include "system/confine.h"
#include "system/output.h"

/* Prints one line for one ability, and the notes that say why it is missing. */
static bool tell(const char *what, bool works, const char *how, struct notes *notes)
{
	output("%-11s %s%s%s\n", what, works ? "yes" : "no", works && how ? ": " : "", works && how ? how : "");
	if (!works)
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

static bool try_mounts(struct appimage *app, const char *point)
{
	struct notes notes = { 0 };
	struct mount_request request = { .source = app->file_name, .point = point, .notes = &notes };
	struct keeper_plan plan = { .point = point };
	bool any = false;
	int device = mount_directly(&request);
	if (device >= 0)
		undo(&plan, device, RUNG_ROOT, NULL);
	any |= tell("root", device >= 0, "mount(2) works", &notes);

	char *helper = NULL;
	device = mount_by_fusermount(&request, &helper);
	if (device >= 0)
		undo(&plan, device, RUNG_FUSERMOUNT, helper);
	any |= tell("fusermount", device >= 0, helper, &notes);

	any |= tell("userns", mount_userns_works(&request) == 0, "a user namespace may mount FUSE", &notes);
	return any;
}

static bool try_cache(void)
{
	struct notes notes = { 0 };
	char *path;
	unsigned first = 0;
	int folder = cache_folder_open(&first, &path, &notes);
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
	note(&notes, "this kernel has no seccomp filters: the server of a mount runs unconfined");
	tell("seccomp", child > 0 && status == 0, "the server of a mount is confined", &notes);
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
	char *point = mount_point_create(app.file_name, &lock, &notes);
	bool any = point && try_mounts(&app, point);
	if (point)
		rmdir(point);
	else
		tell("mount point", false, NULL, &notes);
	if (lock >= 0)
		close(lock);
	any |= try_cache();
	try_confinement();
	return any ? 0 : 1;
}
