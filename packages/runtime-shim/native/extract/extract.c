#include "extract/extract.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "extract/hard-links.h"
#include "extract/interrupt.h"
#include "extract/selection.h"
#include "extract/write-file.h"
#include "filesystem/read-ahead.h"
#include "filesystem/walk.h"
#include "system/output.h"
#include "system/report.h"
#include "system/text.h"

/* A link may lead to a link; more rounds than the kernel would follow links for are not needed. */
#define ROUNDS_MAX 40

/* The folders from the target to where the walk is. They are made when something in them is. */
struct level {
	int folder; /* -1: not made yet */
	char *name;
};

struct extractor {
	const struct extraction *what;
	struct selection selection;
	struct hard_links links;
	struct read_ahead ahead;
	struct level levels[WALK_DEPTH_MAX + 1];
	unsigned depth;
	long extracted;
};

static int make_folder(int parent, const char *name)
{
	if (mkdirat(parent, name, 0700) && errno != EEXIST)
		return -errno;
	int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return folder < 0 ? -errno : folder;
}

/* Opens the folder that the walk is in, and all that lead there. */
static int current_folder(struct extractor *extractor)
{
	for (unsigned i = 1; i <= extractor->depth; i++) {
		struct level *level = &extractor->levels[i];
		if (level->folder < 0)
			level->folder = make_folder(extractor->levels[i - 1].folder, level->name);
		if (level->folder < 0)
			return level->folder;
	}
	return extractor->levels[extractor->depth].folder;
}

static void set_times(int folder, const char *name, const struct inode *inode)
{
	const struct timespec times[2] = { { .tv_sec = inode->modification_time }, { .tv_sec = inode->modification_time } };
	utimensat(folder, name, times, AT_SYMLINK_NOFOLLOW);
}

static int make_symlink(struct extractor *extractor, int folder, const char *name, const struct inode *inode)
{
	char *target;
	int error = inode_read_target(extractor->what->fs, inode, &target);
	if (error)
		return error;
	if (unlinkat(folder, name, 0) && errno != ENOENT)
		error = -errno;
	if (!error && symlinkat(target, folder, name))
		error = -errno;
	free(target);
	if (!error)
		set_times(folder, name, inode);
	return error;
}

/* Without bits that borrow rights. */
static mode_t mode_of(const struct extractor *extractor, const struct inode *inode)
{
	return inode->mode & (extractor->what->read_only ? 0555 : 0777);
}

static int make_file(struct extractor *extractor, int folder, const char *path, const char *name, const struct inode *inode)
{
	int target = extractor->levels[0].folder;
	if (unlinkat(folder, name, 0) && errno != ENOENT)
		return -errno;
	const char *other = inode->links > 1 ? hard_links_find(&extractor->links, inode->content) : NULL;
	if (other && linkat(target, other, folder, name, 0) == 0)
		return 0;
	int error = write_file(extractor->what->fs, &extractor->ahead, folder, name, inode, mode_of(extractor, inode));
	/* A name that cannot be remembered costs a copy, nothing else. */
	if (!error && inode->links > 1)
		hard_links_add(&extractor->links, inode->content, path);
	return error;
}

static int make_entry(struct extractor *extractor, const char *path, const struct inode *inode)
{
	const char *name = text_base_name(path);
	int folder = current_folder(extractor);
	if (folder < 0)
		return folder;
	if (extractor->what->shown) {
		output("%s/", extractor->what->shown);
		output_foreign(path, "");
		output("\n");
	}
	extractor->extracted++;
	switch (inode->type) {
	case INODE_FILE:
		return make_file(extractor, folder, path, name, inode);
	case INODE_SYMLINK:
		return make_symlink(extractor, folder, name, inode);
	case INODE_DIRECTORY:
		return 0;
	default:
		report("not extracted: %s is a device, a pipe or a socket", path);
		return 0;
	}
}

static int enter(void *context, const char *path, const struct inode *inode)
{
	struct extractor *extractor = context;
	if (interrupt_is_pending())
		return -EINTR;
	int selected = selection_includes(&extractor->selection, extractor->what->fs, path, inode);
	if (selected < 0)
		return selected;
	if (inode->type == INODE_DIRECTORY) {
		struct level *level = &extractor->levels[++extractor->depth];
		level->folder = -1;
		level->name = text_copy(text_base_name(path));
	}
	return selected ? make_entry(extractor, path, inode) : 0;
}

/* The mode comes last: while there is something to write into a folder, it is ours and writable. */
static int leave(void *context, const char *path, const struct inode *inode)
{
	(void)path;
	struct extractor *extractor = context;
	struct level *level = &extractor->levels[extractor->depth--];
	int error = 0;
	if (level->folder >= 0) {
		const struct timespec time = { .tv_sec = inode->modification_time };
		const struct timespec times[2] = { time, time };
		if (fchmod(level->folder, mode_of(extractor, inode) | (extractor->what->read_only ? 0500 : 0700)))
			error = -errno;
		futimens(level->folder, times);
		close(level->folder);
	}
	free(level->name);
	return error;
}

static void close_levels(struct extractor *extractor)
{
	for (; extractor->depth; extractor->depth--) {
		struct level *level = &extractor->levels[extractor->depth];
		if (level->folder >= 0)
			close(level->folder);
		free(level->name);
	}
}

long extract_tree(const struct extraction *extraction, char **failed)
{
	struct extractor *extractor = calloc(1, sizeof(*extractor));
	*failed = NULL;
	if (!extractor)
		return -ENOMEM;
	extractor->what = extraction;
	extractor->levels[0].folder = extraction->target;
	selection_open(&extractor->selection, extraction->patterns, extraction->pattern_count);
	read_ahead_open(&extractor->ahead, extraction->fs, extraction->workers > 1 ? extraction->workers : 0);

	const struct walk_visitor visitor = { .context = extractor, .enter = enter, .leave = leave };
	int error = 0;
	unsigned round = 0;
	mode_t mask = umask(0077); /* modes are those of the image */
	do {
		error = filesystem_walk(extraction->fs, &visitor, failed);
		close_levels(extractor);
	} while (!error && selection_follow_links(&extractor->selection) && ++round < ROUNDS_MAX);

	umask(mask);
	long extracted = extractor->extracted;
	selection_close(&extractor->selection);
	hard_links_close(&extractor->links);
	/* The threads that read ahead still look at it: it lives as long as the process. */
	if (!extractor->ahead.started)
		free(extractor);
	return error ? error : extracted;
}
