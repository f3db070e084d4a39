#include "filesystem/walk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "filesystem/directory.h"
#include "filesystem/filesystem.h"

#define PATH_SIZE (WALK_DEPTH_MAX * (DIRECTORY_NAME_MAX + 1) + 1)

struct walk {
	struct filesystem *fs;
	const struct walk_visitor *visitor;
	char *path;
	size_t length;
	uint64_t steps_left;
};

static int walk_directory(struct walk *walk, const struct inode *directory, unsigned depth);

static int visit(struct walk *walk, const struct directory_entry *entry, unsigned depth)
{
	struct inode inode;
	int error = inode_read(walk->fs, entry->reference, &inode);
	if (!error)
		error = walk->visitor->enter(walk->visitor->context, walk->path, &inode);
	if (error || inode.type != INODE_DIRECTORY)
		return error;
	/* Directories that contain each other would be walked for ever, and a few levels of shared ones nearly so. */
	uint32_t unit = walk->fs->step_unit;
	uint64_t steps = inode.size ? (inode.size - 1) / unit + 1 : 1;
	if (depth + 1 >= WALK_DEPTH_MAX || steps > walk->steps_left)
		return -ELOOP;
	walk->steps_left -= steps;
	error = walk_directory(walk, &inode, depth + 1);
	if (!error && walk->visitor->leave)
		error = walk->visitor->leave(walk->visitor->context, walk->path, &inode);
	return error;
}

static int walk_directory(struct walk *walk, const struct inode *directory, unsigned depth)
{
	struct directory_reader reader;
	struct directory_entry entry;
	size_t length = walk->length;
	int error = directory_open(walk->fs, directory, &reader);
	int more = 0;
	while (!error && (more = directory_next(&reader, &entry)) == 1) {
		size_t slash = length ? 1 : 0;
		if (length + slash + entry.name_length >= PATH_SIZE)
			return -ENAMETOOLONG;
		if (slash)
			walk->path[length] = '/';
		memcpy(walk->path + length + slash, entry.name, entry.name_length + 1);
		walk->length = length + slash + entry.name_length;
		error = visit(walk, &entry, depth);
		if (error)
			return error; /* the path stays: it says where */
		walk->length = length;
		walk->path[length] = '\0';
	}
	return error ? error : more;
}

const char *walk_error_text(int error)
{
	switch (error) {
	case -EIO:
		return "the image is damaged there";
	case -ELOOP:
		return "directories are nested too deeply, or contain each other";
	default:
		return strerror(-error);
	}
}

int filesystem_walk(struct filesystem *fs, const struct walk_visitor *visitor, char **failed)
{
	struct inode root;
	struct walk walk = { .fs = fs, .visitor = visitor, .steps_left = fs->steps_at_most };
	walk.path = calloc(1, PATH_SIZE);
	*failed = NULL;
	int error = walk.path ? inode_read(fs, fs->root, &root) : -ENOMEM;
	if (!error)
		error = walk_directory(&walk, &root, 0);
	if (error && walk.path)
		*failed = strdup(walk.path);
	free(walk.path);
	return error;
}
