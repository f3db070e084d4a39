#include "extract/evict.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "extract/identity.h"
#include "extract/remove.h"
#include "image/image.h"
#include "system/text.h"

#define UNUSED_SECONDS (30 * 24 * 60 * 60)
#define ENVIRONMENT_MAX (256 * 1024)
#define LOCK_SUFFIX ".lock"

/* An application, and whatever it has started, has APPDIR in its environment. */
static bool has_appdir(const char *pid, const char *appdir, char *buffer)
{
	char *path = text_format("/proc/%s/environ", pid);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	if (file < 0)
		return false;
	int64_t size = file_read_up_to(file, 0, buffer, ENVIRONMENT_MAX);
	close(file);
	return size > 0 && memmem(buffer, (size_t)size, appdir, strlen(appdir) + 1);
}

/* True also when that cannot be found out. */
static bool is_running(const char *directory)
{
	DIR *processes = opendir("/proc");
	char *buffer = malloc(ENVIRONMENT_MAX);
	char *appdir = text_format("APPDIR=%s", directory);
	const struct dirent *entry;
	bool running = !processes || !buffer;
	while (!running && (entry = readdir(processes)))
		running = *entry->d_name >= '1' && *entry->d_name <= '9' && has_appdir(entry->d_name, appdir, buffer);
	free(appdir);
	free(buffer);
	if (processes)
		closedir(processes);
	return running;
}

static bool is_expired(const struct stat *status)
{
	return status->st_mtim.tv_sec < time(NULL) - UNUSED_SECONDS;
}

/* Called with the lock held. */
static void evict_entry(int folder, const char *path, const char *lock_name, int lock)
{
	struct stat status;
	char *name = text_copy_part(lock_name, CONTENT_KEY_LENGTH);
	char *partial = text_format("%s.partial", name);
	char *directory = text_format("%s/%s", path, name);
	remove_tree(folder, partial);
	bool expired = fstat(lock, &status) == 0 && is_expired(&status);
	if (expired && !is_running(directory) && remove_tree(folder, name) == 0)
		unlinkat(folder, lock_name, 0);
	free(directory);
	free(partial);
	free(name);
}

/* Our own names only: an identity and a suffix. */
static bool has_suffix(const char *name, const char *suffix)
{
	return strlen(name) == CONTENT_KEY_LENGTH + strlen(suffix) && strcmp(name + CONTENT_KEY_LENGTH, suffix) == 0;
}

static void forget_old(int folder, const char *name)
{
	struct stat status;
	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && is_expired(&status))
		unlinkat(folder, name, 0);
}

/* Calls `visit` for each name in the folder; what that removes meanwhile may still be visited. */
static void each_name(int folder, void (*visit)(void *context, const char *name), void *context)
{
	int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = copy < 0 ? NULL : fdopendir(copy);
	if (!stream) {
		if (copy >= 0)
			close(copy);
		return;
	}
	const struct dirent *entry;
	while ((entry = readdir(stream)))
		visit(context, entry->d_name);
	closedir(stream);
}

struct place {
	int folder;
	const char *path;
	struct cleaning *cleaning;
};

/* A lock that nobody else holds, or -1. */
static int lock_now(int folder, const char *name, int more_flags)
{
	int lock = openat(folder, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | more_flags, 0600);
	if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) == 0)
		return lock;
	close(lock);
	return -1;
}

static void evict_name(void *context, const char *name)
{
	const struct place *place = context;
	if (has_suffix(name, SEEN_SUFFIX))
		forget_old(place->folder, name);
	if (!has_suffix(name, LOCK_SUFFIX))
		return;
	int lock = lock_now(place->folder, name, 0);
	if (lock < 0)
		return;
	evict_entry(place->folder, place->path, name, lock);
	close(lock);
}

void cache_evict(int folder, const char *path)
{
	struct place place = { .folder = folder, .path = path };
	each_name(folder, evict_name, &place);
}

static bool is_key(const char *name)
{
	return strlen(name) == CONTENT_KEY_LENGTH && strspn(name, "0123456789abcdef") == CONTENT_KEY_LENGTH;
}

/* An image, with its lock held, so that none is taken away from a start that has just found it. */
static void clean_image(const struct place *place, const char *name)
{
	char *lock_name = text_format("%s" LOCK_SUFFIX, name);
	char *directory = text_format("%s/%s", place->path, name);
	int lock = lock_now(place->folder, lock_name, O_CREAT);
	if (lock < 0 || is_running(directory)) {
		place->cleaning->in_use++;
	} else {
		int error = remove_tree(place->folder, name);
		place->cleaning->removed += !error;
		place->cleaning->error = error ? error : place->cleaning->error;
	}
	if (lock >= 0)
		close(lock);
	free(directory);
	free(lock_name);
}

static bool is_meant(const struct place *place, const char *name)
{
	char **only = place->cleaning->only;
	while (only && *only && strcmp(*only, name) != 0)
		only++;
	return !only || *only;
}

static void clean_name(void *context, const char *name)
{
	const struct place *place = context;
	if (is_key(name) && is_meant(place, name))
		clean_image(place, name);
	else if (has_suffix(name, SEEN_SUFFIX) && !place->cleaning->only)
		unlinkat(place->folder, name, 0);
}

/* What was locked, or half made, and has no image any more. */
static void clean_rest(void *context, const char *name)
{
	const struct place *place = context;
	struct stat status;
	if (!has_suffix(name, LOCK_SUFFIX))
		return;
	char *key = text_copy_part(name, CONTENT_KEY_LENGTH);
	char *partial = text_format("%s.partial", key);
	int lock = lock_now(place->folder, name, 0);
	if (lock >= 0 && fstatat(place->folder, key, &status, AT_SYMLINK_NOFOLLOW)) {
		remove_tree(place->folder, partial);
		unlinkat(place->folder, name, 0);
	}
	if (lock >= 0)
		close(lock);
	free(partial);
	free(key);
}

void cache_clean(int folder, const char *path, struct cleaning *cleaning)
{
	struct place place = { .folder = folder, .path = path, .cleaning = cleaning };
	each_name(folder, clean_name, &place);
	each_name(folder, clean_rest, &place);
}
