#include "filesystem/block-cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

int block_cache_open(struct block_cache *cache, size_t slot_size, size_t slot_count, block_loader *load, void *context)
{
	memset(cache, 0, sizeof(*cache));
	cache->bucket_count = 16;
	while (cache->bucket_count < slot_count)
		cache->bucket_count *= 2;
	cache->load = load;
	cache->context = context;
	cache->slot_size = slot_size;
	cache->slot_count = slot_count;
	cache->blocks = calloc(slot_count, sizeof(*cache->blocks));
	cache->buckets = calloc(cache->bucket_count, sizeof(*cache->buckets));
	cache->memory = mmap(NULL, slot_size * slot_count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			     -1, 0);
	pthread_mutex_init(&cache->lock, NULL);
	pthread_cond_init(&cache->changed, NULL);
	if (cache->memory == MAP_FAILED)
		cache->memory = NULL;
	if (cache->blocks && cache->buckets && cache->memory)
		return 0;
	block_cache_close(cache);
	return -ENOMEM;
}

void block_cache_close(struct block_cache *cache)
{
	if (cache->memory)
		munmap(cache->memory, cache->slot_size * cache->slot_count);
	free(cache->blocks);
	free(cache->buckets);
	pthread_cond_destroy(&cache->changed);
	pthread_mutex_destroy(&cache->lock);
	memset(cache, 0, sizeof(*cache));
}

static struct block **bucket_of(struct block_cache *cache, uint64_t position)
{
	uint64_t mixed = position * UINT64_C(0x9E3779B97F4A7C15);
	return &cache->buckets[(mixed >> 32) & (cache->bucket_count - 1)];
}

static struct block *find(struct block_cache *cache, uint64_t position, uint32_t stored)
{
	struct block *block = *bucket_of(cache, position);
	while (block && (block->position != position || block->stored != stored))
		block = block->chain;
	return block;
}

static void unchain(struct block_cache *cache, struct block *block)
{
	struct block **link = bucket_of(cache, block->position);
	while (*link && *link != block)
		link = &(*link)->chain;
	if (*link)
		*link = block->chain;
	block->chain = NULL;
}

static void list_remove(struct block_cache *cache, struct block *block)
{
	*(block->older ? &block->older->newer : &cache->oldest) = block->newer;
	*(block->newer ? &block->newer->older : &cache->newest) = block->older;
	block->older = block->newer = NULL;
}

static void list_insert(struct block_cache *cache, struct block *block)
{
	if (block->spent) {
		block->newer = cache->oldest;
		*(cache->oldest ? &cache->oldest->older : &cache->newest) = block;
		cache->oldest = block;
	} else {
		block->older = cache->newest;
		*(cache->newest ? &cache->newest->newer : &cache->oldest) = block;
		cache->newest = block;
	}
}

/* A slot to load into: a spent one, because its memory is warm, else one never used, else the oldest; NULL if all are held. */
static struct block *take_slot(struct block_cache *cache)
{
	bool prefer_fresh = !cache->oldest || !cache->oldest->spent;
	if (prefer_fresh && cache->slots_used < cache->slot_count) {
		struct block *block = &cache->blocks[cache->slots_used];
		block->data = cache->memory + cache->slots_used * cache->slot_size;
		cache->slots_used++;
		return block;
	}
	struct block *block = cache->oldest;
	if (!block)
		return NULL;
	list_remove(cache, block);
	if (block->state == BLOCK_READY)
		unchain(cache, block);
	return block;
}

static void start_loading(struct block_cache *cache, struct block *block, uint64_t position, uint32_t stored)
{
	struct block **bucket = bucket_of(cache, position);
	block->position = position;
	block->stored = stored;
	block->state = BLOCK_LOADING;
	block->spent = false;
	block->holders = 1;
	block->error = 0;
	block->size = 0;
	block->next = position;
	block->chain = *bucket;
	*bucket = block;
}

/* Called with the lock held; loads without it. */
static void load(struct block_cache *cache, struct block *block)
{
	pthread_mutex_unlock(&cache->lock);
	int error = cache->load(cache->context, block);
	pthread_mutex_lock(&cache->lock);
	block->error = error;
	block->state = error ? BLOCK_FAILED : BLOCK_READY;
	if (error)
		unchain(cache, block); /* the next one who asks tries again; it may have been a passing I/O error */
	pthread_cond_broadcast(&cache->changed);
}

static void let_go(struct block_cache *cache, struct block *block)
{
	if (--block->holders)
		return;
	if (block->state == BLOCK_FAILED)
		block->spent = true;
	list_insert(cache, block);
	pthread_cond_broadcast(&cache->changed);
}

int block_cache_get(struct block_cache *cache, uint64_t position, uint32_t stored, struct block **out)
{
	struct block *block;
	pthread_mutex_lock(&cache->lock);
	for (;;) {
		block = find(cache, position, stored);
		if (block) {
			if (block->holders++ == 0) {
				list_remove(cache, block);
				block->spent = false;
			}
			while (block->state == BLOCK_LOADING)
				pthread_cond_wait(&cache->changed, &cache->lock);
			break;
		}
		block = take_slot(cache);
		if (block) {
			start_loading(cache, block, position, stored);
			load(cache, block);
			break;
		}
		pthread_cond_wait(&cache->changed, &cache->lock);
	}
	int error = block->error;
	if (error)
		let_go(cache, block);
	pthread_mutex_unlock(&cache->lock);
	*out = error ? NULL : block;
	return error;
}

void block_cache_release(struct block_cache *cache, struct block *block, bool spent)
{
	pthread_mutex_lock(&cache->lock);
	/* Two reads that share a block may end in either order. */
	block->spent = block->spent || spent;
	let_go(cache, block);
	pthread_mutex_unlock(&cache->lock);
}

void block_cache_prefetch(struct block_cache *cache, uint64_t position, uint32_t stored)
{
	pthread_mutex_lock(&cache->lock);
	if (!find(cache, position, stored)) {
		struct block *block = take_slot(cache);
		if (block) {
			start_loading(cache, block, position, stored);
			load(cache, block);
			let_go(cache, block);
		}
	}
	pthread_mutex_unlock(&cache->lock);
}
