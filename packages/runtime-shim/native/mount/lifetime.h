/*
 * How long a mount lives: for as long as its application, and then for as long as anything uses it.
 */
#ifndef MOUNT_LIFETIME_H
#define MOUNT_LIFETIME_H

#include "mount/keeper.h"

struct watched {
	pid_t application, server;
	pid_t guard;                   /* or 0 */
	pid_t group;                   /* of the application when it leads one, else 0 */
	int application_fd, server_fd; /* process.h, or -1 */
	int lock;                      /* of the mount point, or -1 */
	int leash;                     /* the server ends when nobody holds it any more; or -1 */
};

/*
 * Stays until the mount has ended, and ends it when its time has come. A second process takes over should this one be killed,
 * so that nothing but the end of both can leave a dead mount.
 */
_Noreturn void lifetime_keep(const struct keeper_plan *plan, struct watched *watched);

#endif
