#include "filesystem/read-ahead.h"

#include <string.h>

#include "filesystem/format.h"

#define WINDOW (UINT64_C(1) << 20)
#define BLOCKS_LEAST 2

/* Reads of one stream overtake each other on their way through several threads; this much disorder is still a stream. */
#define DISORDER (UINT64_C(512) << 10)

void read_ahead_open(struct read_ahead *ahead, struct filesystem *fs, unsigned threads)
{
	memset(ahead, 0, sizeof(*ahead));
	ahead->fs = fs;
	ahead->threads_wanted = threads;
	pthread_mutex_init(&ahead->lock, NULL);
	pthread_cond_init(&ahead->more, NULL);
}

static void *serve(void *argument)
{
	struct read_ahead *ahead = argument;
	pthread_mutex_lock(&ahead->lock);
	for (;;) {
		while (!ahead->count)
			pthread_cond_wait(&ahead->more, &ahead->lock);
		struct read_ahead_job job = ahead->jobs[ahead->first];
		ahead->first = (ahead->first + 1) % READ_AHEAD_JOBS;
		ahead->count--;
		pthread_mutex_unlock(&ahead->lock);
		ahead->fs->format->prefetch(ahead->fs->state, &job);
		pthread_mutex_lock(&ahead->lock);
	}
	return NULL;
}

static void start_threads(struct read_ahead *ahead)
{
	ahead->started = true;
	for (unsigned i = 0; i < ahead->threads_wanted; i++) {
		pthread_t thread;
		if (pthread_create(&thread, NULL, serve, ahead) == 0)
			pthread_detach(thread);
	}
}

static void add_job(struct read_ahead *ahead, const struct read_ahead_job *job)
{
	if (ahead->count == READ_AHEAD_JOBS)
		return;
	unsigned last = (ahead->first + ahead->count) % READ_AHEAD_JOBS;
	ahead->jobs[last] = *job;
	ahead->count++;
}

/* Finds the stream that a read continues; else forgets the oldest one, and this read may be the start of a new one. */
static struct read_ahead_stream *continue_stream(struct read_ahead *ahead, uint64_t reference, uint64_t offset, uint64_t end)
{
	struct read_ahead_stream *oldest = &ahead->streams[0];
	for (unsigned i = 0; i < READ_AHEAD_STREAMS; i++) {
		struct read_ahead_stream *stream = &ahead->streams[i];
		if (stream->last_use < oldest->last_use)
			oldest = stream;
		bool near = offset <= stream->expected + DISORDER && offset + DISORDER >= stream->expected;
		if (!stream->last_use || stream->reference != reference || !near)
			continue;
		stream->last_use = ++ahead->clock;
		if (end > stream->expected)
			stream->expected = end;
		return stream;
	}
	*oldest = (struct read_ahead_stream){ .reference = reference, .expected = end, .last_use = ++ahead->clock };
	return NULL;
}

/* Which blocks to fetch for a stream now. Returns false when there are none, or too few to be worth waking a thread. */
static bool next_blocks(struct read_ahead_stream *stream, uint64_t block_size, uint64_t blocks, uint64_t *first, uint64_t *end)
{
	uint64_t window = WINDOW / block_size > BLOCKS_LEAST ? WINDOW / block_size : BLOCKS_LEAST;
	*first = stream->expected / block_size;
	*end = *first + window;
	if (*first < stream->scheduled && stream->scheduled < *first + window / 2)
		*first = stream->scheduled;
	else if (*first < stream->scheduled)
		return false;
	if (*end > blocks)
		*end = blocks;
	if (*first >= *end)
		return false;
	stream->scheduled = *end;
	return true;
}

void read_ahead_note(struct read_ahead *ahead, const struct inode *inode, uint64_t offset, uint64_t length)
{
	uint32_t block_size;
	if (!ahead->threads_wanted)
		return;
	uint64_t blocks = ahead->fs->format->block_count(ahead->fs->state, inode, &block_size);
	if (!blocks || inode->size <= block_size)
		return;
	uint64_t first, end;
	pthread_mutex_lock(&ahead->lock);
	struct read_ahead_stream *stream = continue_stream(ahead, inode->reference, offset, offset + length);
	bool wanted = stream && next_blocks(stream, block_size, blocks, &first, &end);
	pthread_mutex_unlock(&ahead->lock);
	if (!wanted)
		return;

	struct read_ahead_job jobs[READ_AHEAD_JOBS];
	unsigned count = ahead->fs->format->find_blocks(ahead->fs->state, inode, first, end, jobs);

	pthread_mutex_lock(&ahead->lock);
	for (unsigned i = 0; i < count; i++)
		add_job(ahead, &jobs[i]);
	if (count && !ahead->started)
		start_threads(ahead);
	pthread_mutex_unlock(&ahead->lock);
	/* Only now: woken earlier, they would wait for the lock. */
	if (count == 1)
		pthread_cond_signal(&ahead->more);
	else if (count)
		pthread_cond_broadcast(&ahead->more);
}
