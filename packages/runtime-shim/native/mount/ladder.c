#include "mount/ladder.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "system/descriptors.h"
#include "system/text.h"

const char *const rung_names[RUNG_COUNT] = {
	[RUNG_ROOT] = "root",
	[RUNG_FUSERMOUNT] = "fusermount",
	[RUNG_USERNS] = "userns",
	[RUNG_EXTRACT] = "extract",
};

bool ladder_choose(unsigned *rungs, const char **unknown)
{
	*rungs = RUNGS_ALL;
	if (text_variable_is_on("APPIMAGE_EXTRACT_AND_RUN"))
		*rungs = RUNG_BIT(RUNG_EXTRACT);
	const char *chosen = text_variable("APPIMAGE_MOUNT");
	if (!chosen || strcmp(chosen, "auto") == 0)
		return true;
	for (unsigned rung = 0; rung < RUNG_COUNT; rung++) {
		if (strcmp(chosen, rung_names[rung]) == 0) {
			*rungs = RUNG_BIT(rung);
			return true;
		}
	}
	*unknown = chosen;
	return false;
}

/* Hands a mount that stands to a keeper, or takes it down again. */
static bool keep(const struct ladder *ladder, struct keeper_plan *plan, int device, enum rung rung, const char *helper)
{
	plan->device = device;
	plan->rung = rung;
	plan->helper = helper;
	int error = keeper_start(plan);
	/* The server is the only one to hold the device: when it dies, the mount must fail, not hang. */
	close(device);
	if (!error)
		return true;
	note(ladder->notes, "%s: cannot start the server: %s", rung_names[rung], strerror(-error));
	mount_end(plan, true);
	return false;
}

/*
 * The server starts before the namespace is entered, so that it does not hold it: the mount then goes with the last process
 * of the application, and the server with the mount.
 */
static bool climb_into_userns(const struct ladder *ladder, const struct mount_request *request, struct keeper_plan *plan)
{
	int channel[2];
	if (mount_userns_works(request) || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel))
		return false;
	plan->device = -1;
	plan->channel = channel[0];
	plan->rung = RUNG_USERNS;
	int error = keeper_start(plan);
	close(channel[0]);
	int device = error ? error : mount_in_userns(request);
	if (device >= 0) {
		error = descriptor_send(channel[1], device);
		close(device);
	}
	close(channel[1]);
	if (device < 0 || error)
		note(ladder->notes, "userns: cannot start the server: %s", strerror(error ? -error : -device));
	return device >= 0 && !error;
}

static bool try_rungs(const struct ladder *ladder, const struct mount_request *request, struct keeper_plan *plan)
{
	int device;
	char *helper = NULL;
	if (ladder->rungs & RUNG_BIT(RUNG_ROOT)) {
		device = mount_directly(request);
		if (device >= 0 && keep(ladder, plan, device, RUNG_ROOT, NULL))
			return true;
	}
	if (ladder->rungs & RUNG_BIT(RUNG_FUSERMOUNT)) {
		device = mount_by_fusermount(request, &helper);
		if (device >= 0 && keep(ladder, plan, device, RUNG_FUSERMOUNT, helper))
			return true;
	}
	return ladder->rungs & RUNG_BIT(RUNG_USERNS) && climb_into_userns(ladder, request, plan);
}

static bool climb(const struct ladder *ladder, struct keeper_plan *plan)
{
	char *point = mount_point_create(ladder->file_name, ladder->notes);
	if (!point)
		return false;
	*plan = (struct keeper_plan){
		.fs = ladder->fs,
		.workers = ladder->workers,
		.device = -1,
		.channel = -1,
		.alive = ladder->alive,
		.point = point,
	};
	struct mount_request request = {
		.fs = ladder->fs,
		.source = ladder->file_name,
		.point = point,
		.for_everyone = ladder->for_everyone,
		.notes = ladder->notes,
	};
	if (try_rungs(ladder, &request, plan))
		return true;
	rmdir(point);
	free(point);
	return false;
}

bool ladder_climb(const struct ladder *ladder, struct keeper_plan *plan)
{
	if (!(ladder->rungs & ~RUNG_BIT(RUNG_EXTRACT)))
		return false;
	/* From the mount point to the keeper there is nobody to clean up: a signal that would end us waits until there is. */
	sigset_t all, before;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	bool mounted = climb(ladder, plan);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return mounted;
}
