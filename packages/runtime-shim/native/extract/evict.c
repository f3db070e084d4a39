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
	char *name = text_copy_part(lock_name, IDENTITY_LENGTH);
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
	return strlen(name) == IDENTITY_LENGTH + strlen(suffix) && strcmp(name + IDENTITY_LENGTH, suffix) == 0;
}

static void forget_old(int folder, const char *name)
{
	struct stat status;
	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && is_expired(&status))
		unlinkat(folder, name, 0);
}

void cache_evict(int folder, const char *path)
{
	int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = copy < 0 ? NULL : fdopendir(copy);
	if (!stream) {
		if (copy >= 0)
			close(copy);
		return;
	}
	const struct dirent *entry;
	while ((entry = readdir(stream))) {
		const char *name = entry->d_name;
		if (has_suffix(name, SEEN_SUFFIX))
			forget_old(folder, name);
		if (!has_suffix(name, LOCK_SUFFIX))
			continue;
		int lock = openat(folder, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
		if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0)
			evict_entry(folder, path, name, lock);
		if (lock >= 0)
			close(lock);
	}
	closedir(stream);
}
