#ifndef EXTRACT_EVICT_H
#define EXTRACT_EVICT_H

/* Removes what interrupted starts have left in the cache, and images that have not been started for 30 days; never one in use. */
void cache_evict(int folder, const char *path);

/* What has come of removing everything, or what is named. */
struct cleaning {
	char **only;              /* keys of the images that may go, ended by NULL; NULL itself for all */
	unsigned removed, in_use; /* images */
	int error;                /* a negative errno, or 0 */
};

/* Removes images that are not in use from a cache folder, and what belongs to them; nothing else that is there. */
void cache_clean(int folder, const char *path, struct cleaning *cleaning);

#endif
