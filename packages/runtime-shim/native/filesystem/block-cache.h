/*
 * Decompressed blocks, bounded in number, shared by all threads.
 *
 * A block that several threads want is loaded by one of them, the others wait for it. A block that someone holds is never
 * evicted. Slots are one lazily touched mapping: a cache that is little used costs little memory, and there is no page fault
 * for a slot that is used again.
 */
#ifndef FILESYSTEM_BLOCK_CACHE_H
#define FILESYSTEM_BLOCK_CACHE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct block {
	/* Set by the cache, read by the loader. */
	uint64_t position; /* of the stored block, in the payload */
	uint32_t stored;   /* how it is stored: the size field of the image, as it stands there */
	uint8_t *data;

	/* Set by the loader. */
	uint32_t size; /* bytes in data */
	uint64_t next; /* position behind the stored block */

	/* The cache's own. */
	enum { BLOCK_LOADING, BLOCK_READY, BLOCK_FAILED } state;
	bool spent; /* nobody is expected to ask for it again */
	uint32_t holders;
	int error;
	struct block *chain;
	struct block *older, *newer; /* among the blocks without holders */
};

/* Fills block->data. Called without locks, by several threads at once. Returns 0 or a negative errno. */
typedef int block_loader(void *context, struct block *block);

struct block_cache {
	block_loader *load;
	void *context;
	size_t slot_size, slot_count, slots_used;
	uint8_t *memory;
	struct block *blocks;
	struct block **buckets;
	size_t bucket_count;
	struct block *oldest, *newest;
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

int block_cache_open(struct block_cache *cache, size_t slot_size, size_t slot_count, block_loader *load, void *context);
void block_cache_close(struct block_cache *cache);

/* Gets a block and holds it. Waits when another thread loads it, or when every slot is held. */
int block_cache_get(struct block_cache *cache, uint64_t position, uint32_t stored, struct block **block);

/* Lets go. A spent block is the first to be evicted: what has been read to its end is in the kernel's cache by then. */
void block_cache_release(struct block_cache *cache, struct block *block, bool spent);

/* Loads a block that will soon be asked for; gives up rather than wait. */
void block_cache_prefetch(struct block_cache *cache, uint64_t position, uint32_t stored);

#endif
