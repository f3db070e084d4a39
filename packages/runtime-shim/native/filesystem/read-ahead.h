/*
 * Decompressing what a reader is about to ask for, on other processors, while it is busy with what it has.
 */
#ifndef FILESYSTEM_READ_AHEAD_H
#define FILESYSTEM_READ_AHEAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "filesystem/inode.h"

struct filesystem;

#define READ_AHEAD_JOBS 64
#define READ_AHEAD_STREAMS 8

struct read_ahead_job {
	uint64_t position;
	uint32_t stored;
};

/* A file that is being read from front to back. */
struct read_ahead_stream {
	uint64_t reference;
	uint64_t expected;  /* where the next read should begin */
	uint64_t scheduled; /* the next block that has not been asked for yet */
	uint64_t last_use;
};

struct read_ahead {
	struct filesystem *fs;
	unsigned threads_wanted;
	bool started;
	struct read_ahead_job jobs[READ_AHEAD_JOBS];
	unsigned first, count;
	struct read_ahead_stream streams[READ_AHEAD_STREAMS];
	uint64_t clock;
	pthread_mutex_t lock;
	pthread_cond_t more;
};

/* No thread is started before a file is read from front to back; with 0 threads it does nothing. */
void read_ahead_open(struct read_ahead *ahead, struct filesystem *fs, unsigned threads);

/* Takes notice of a read that has just been answered. */
void read_ahead_note(struct read_ahead *ahead, const struct inode *inode, uint64_t offset, uint64_t length);

#endif
