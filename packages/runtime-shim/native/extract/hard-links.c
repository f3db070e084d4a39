#include "extract/hard-links.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 64

static struct hard_link *place_of(struct hard_link *places, size_t capacity, uint64_t reference)
{
	size_t at = (size_t)(reference * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (capacity - 1);
	while (places[at].path && places[at].reference != reference)
		at = (at + 1) & (capacity - 1);
	return &places[at];
}

const char *hard_links_find(const struct hard_links *links, uint64_t reference)
{
	return links->capacity ? place_of(links->places, links->capacity, reference)->path : NULL;
}

static bool grow(struct hard_links *links)
{
	size_t capacity = links->capacity ? links->capacity * 2 : FIRST_CAPACITY;
	struct hard_link *places = calloc(capacity, sizeof(*places));
	if (!places)
		return false;
	for (size_t i = 0; i < links->capacity; i++) {
		if (links->places[i].path)
			*place_of(places, capacity, links->places[i].reference) = links->places[i];
	}
	free(links->places);
	links->places = places;
	links->capacity = capacity;
	return true;
}

void hard_links_add(struct hard_links *links, uint64_t reference, const char *path)
{
	if (links->used * 2 >= links->capacity && !grow(links))
		return;
	struct hard_link *place = place_of(links->places, links->capacity, reference);
	if (place->path)
		return;
	place->path = strdup(path);
	place->reference = reference;
	links->used += place->path != NULL;
}

void hard_links_close(struct hard_links *links)
{
	for (size_t i = 0; i < links->capacity; i++)
		free(links->places[i].path);
	free(links->places);
	memset(links, 0, sizeof(*links));
}
