/*
 * A FUSE server for one image, in the kernel's own protocol: requests are read from /dev/fuse, answers written to it.
 * https://docs.kernel.org/filesystems/fuse.html, <linux/fuse.h>
 *
 * A node is named by its inode reference, which says where the inode is: there is no table of nodes, nothing to forget, and
 * nothing to lock between requests.
 */
#ifndef FUSE_SESSION_H
#define FUSE_SESSION_H

#include <stdatomic.h>
#include <stdbool.h>

#include "filesystem/filesystem.h"
#include "filesystem/read-ahead.h"

struct fuse_session {
	int device;
	struct filesystem *fs;
	struct read_ahead ahead;
	bool without_open; /* this kernel may be told never to send OPEN */
	bool without_opendir;
	unsigned workers_wanted;
	atomic_uint workers;
};

/* How many threads serve a mount at most: as many as there are processors to run on, up to four. */
unsigned fuse_session_workers(void);

/* Confines this process and serves until the file system is unmounted; then ends the process with status 0, else with 1. */
_Noreturn void fuse_session_run(int device, struct filesystem *fs, unsigned workers);

#endif
