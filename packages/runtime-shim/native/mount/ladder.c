#include "mount/ladder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mount/answer.h"
#include "mount/shared.h"
#include "system/descriptors.h"
#include "system/text.h"

const char *const rung_names[RUNG_COUNT] = {
	[RUNG_ROOT] = "root",
	[RUNG_FUSERMOUNT] = "fusermount",
	[RUNG_USERNS] = "userns",
	[RUNG_EXTRACT] = "extract",
};

/* The rung of that name as a bit, all for "auto", or 0. */
static unsigned rungs_named(const char *word)
{
	if (strcmp(word, "keep") == 0)
		return RUNGS_ALL | RUNG_KEEP;
	for (unsigned rung = 0; rung < RUNG_COUNT; rung++) {
		if (strcmp(word, rung_names[rung]) == 0)
			return RUNG_BIT(rung);
	}
	return strcmp(word, "auto") == 0 ? RUNGS_ALL : 0;
}

bool ladder_choose(const char *packaged, struct ladder_choice *choice, const char **unknown)
{
	const char *chosen = text_variable("APPIMAGE_MOUNT");
	unsigned rungs = rungs_named(chosen ? chosen : packaged);
	*choice = (struct ladder_choice){ .first = rungs ? rungs : RUNGS_ALL };
	if (chosen && !rungs) {
		*unknown = chosen;
		return false;
	}
	if (text_variable_is_on("APPIMAGE_EXTRACT_AND_RUN") && (!chosen || rungs == RUNGS_ALL))
		choice->first = RUNG_BIT(RUNG_EXTRACT);
	else if (!chosen)
		choice->rest = RUNGS_ALL & ~choice->first;
	return true;
}

/*
 * This process moves into the namespace, for good; the server stays outside, so that it does not hold it: the mount then goes
 * with the last process of the application, and the server with the mount.
 */
static bool climb_into_userns(const struct ladder *ladder, const struct keeper_plan *plan, int keeper)
{
	struct mount_request request = {
		.fs = ladder->fs,
		.source = ladder->file_name,
		.point = plan->point,
		.for_everyone = ladder->for_everyone,
		.notes = ladder->notes,
	};
	if (mount_userns_works(&request))
		return false;
	int device = mount_in_userns(&request);
	if (device < 0)
		return false;
	int error = descriptor_send(keeper, device);
	/* The server is the only one to hold the device: when it dies, the mount must fail, not hang. */
	close(device);
	if (error)
		note(ladder->notes, "user namespace: cannot reach the server: %s", strerror(-error));
	return !error;
}

/* Takes over what the keeper has come to. Returns whether it has mounted. */
static bool hear(const struct ladder *ladder, struct keeper_plan *plan, int keeper)
{
	struct answer answer;
	int error = answer_receive(keeper, &answer);
	if (error) {
		note(ladder->notes, "mount: the keeper has gone: %s", strerror(-error));
		return false;
	}
	plan->point = answer.point;
	plan->rung = answer.rung;
	plan->helper = answer.helper;
	for (unsigned long i = 0; i < answer.notes.count; i++)
		note(ladder->notes, "%s", answer.notes.lines[i]);
	return plan->rung != RUNG_COUNT;
}

bool ladder_climb(const struct ladder *ladder, struct keeper_plan *plan)
{
	int channel[2];
	if (ladder->rungs & RUNG_KEEP && !ladder->shared_point && shared_mount(ladder, plan))
		return true;
	if (!(ladder->rungs & RUNGS_THAT_MOUNT))
		return false;
	*plan = (struct keeper_plan){
		.fs = ladder->fs,
		.workers = ladder->workers,
		.file_name = ladder->file_name,
		.for_everyone = ladder->for_everyone,
		.rungs = ladder->rungs,
		.alive = ladder->alive,
		.stays = ladder->shared_point != NULL,
		.point = ladder->shared_point,
		.rung = RUNG_COUNT,
	};
	/* Messages stay apart in it, and it ends when the other end does. */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel)) {
		note(ladder->notes, "mount: cannot open a socket to the keeper: %s", strerror(errno));
		return false;
	}
	int error = keeper_start(plan, channel);
	close(channel[1]);
	if (error)
		note(ladder->notes, "mount: cannot start the keeper: %s%s", strerror(-error),
		     error == -EAGAIN ? "; \"ulimit -u\" limits how many processes this user may have" : "");
	bool mounted = !error && hear(ladder, plan, channel[0]);
	if (!mounted && !error && plan->point && ladder->rungs & RUNG_BIT(RUNG_USERNS))
		mounted = climb_into_userns(ladder, plan, channel[0]);
	close(channel[0]);
	return mounted;
}
