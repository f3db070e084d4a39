#ifndef EXTRACT_EVICT_H
#define EXTRACT_EVICT_H

/* Removes what interrupted starts have left in the cache, and images that have not been started for 30 days; never one in use. */
void cache_evict(int folder, const char *path);

#endif
