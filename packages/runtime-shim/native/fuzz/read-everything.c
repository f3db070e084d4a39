/*
 * Any bytes, taken for an image. Whatever a mount or an extraction would read is read, and looked up again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "filesystem/directory.h"
#include "filesystem/file.h"
#include "filesystem/filesystem.h"
#include "filesystem/format.h"
#include "filesystem/walk.h"
#include "filesystem/xattr.h"
#include "fuzz/targets.h"

/* An image may hold far more than it has bytes (holes, shared blocks): enough is enough. */
#define VISITS_MAX 400
#define READS_MAX 8
#define ENTRIES_MAX 64

static unsigned visits_left;

/* Every byte that is handed out has to be there. */
static volatile unsigned sum;

static void touch(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i += 512)
		sum += data[i];
	if (size)
		sum += data[size - 1];
}

static void read_at(struct filesystem *fs, const struct inode *inode, uint64_t offset, size_t size)
{
	struct file_span spans[FILE_SPANS_MAX];
	size_t count;
	if (file_map(fs, inode, offset, size, spans, &count))
		return;
	size_t total = 0;
	for (size_t i = 0; i < count; i++) {
		touch(spans[i].data, spans[i].length);
		total += spans[i].length;
	}
	uint64_t left = offset < inode->size ? inode->size - offset : 0;
	uint64_t expected = size < FILE_READ_MAX ? size : FILE_READ_MAX;
	if (total != (expected < left ? expected : left))
		abort(); /* a short answer would be taken for the end of the file */
	file_unmap(fs, spans, count);
}

static void read_file(struct filesystem *fs, const struct inode *inode)
{
	for (unsigned i = 0; i < READS_MAX && (uint64_t)i * 70000 < inode->size; i++)
		read_at(fs, inode, (uint64_t)i * 70000, 70001);
	read_at(fs, inode, inode->size / 2, FILE_READ_MAX);
	if (inode->size > 10)
		read_at(fs, inode, inode->size - 10, 4096);
}

static void read_directory(struct filesystem *fs, const struct inode *inode)
{
	struct directory_reader reader;
	struct directory_entry entry, found;
	if (directory_open(fs, inode, &reader))
		return;
	for (unsigned i = 0; i < ENTRIES_MAX && directory_next(&reader, &entry) == 1; i++) {
		struct directory_reader again;
		if (strchr(entry.name, '/') || strlen(entry.name) != entry.name_length)
			abort();
		directory_lookup(fs, inode, entry.name, &found);
		/* An index may lie about where to go on; then that is an error. */
		int error = directory_open(fs, inode, &again);
		if (!error)
			error = directory_seek(&again, inode, entry.cookie);
		bool may_lie = fs->format == &squashfs_format && inode->directory.index_count;
		if (error ? !may_lie : again.at != reader.at)
			abort(); /* a listing could not be continued where it was left */
	}
	directory_seek(&reader, inode, UINT64_MAX);
	directory_lookup(fs, inode, "no such name", &found);
}

static void read_xattrs(struct filesystem *fs, const struct inode *inode)
{
	struct xattr_reader reader;
	struct xattr xattr;
	if (xattr_open(fs, inode, &reader))
		return;
	for (unsigned i = 0; i < ENTRIES_MAX && xattr_next(&reader, &xattr) == 1; i++) {
		uint8_t *value = malloc(xattr.value_size + 1);
		if (xattr_read(&reader, &xattr, value) == 0)
			touch(value, xattr.value_size);
		free(value);
	}
}

static int enter(void *context, const char *path, const struct inode *inode)
{
	struct filesystem *fs = context;
	char *target;
	if (!visits_left--)
		return -ECANCELED;
	touch((const uint8_t *)path, strlen(path));
	read_xattrs(fs, inode);
	if (inode->type == INODE_FILE)
		read_file(fs, inode);
	if (inode->type == INODE_DIRECTORY)
		read_directory(fs, inode);
	if (inode_read_target(fs, inode, &target) == 0)
		free(target);
	return 0;
}

static void read_image(const struct image *image)
{
	struct filesystem fs;
	const char *why = NULL;
	char *failed;
	if (filesystem_open(&fs, image, 1, &why))
		return;
	struct inode root;
	visits_left = VISITS_MAX;
	const struct walk_visitor visitor = { .context = &fs, .enter = enter };
	if (inode_read(&fs, fs.root, &root) == 0) {
		read_directory(&fs, &root);
		read_xattrs(&fs, &root);
	}
	filesystem_walk(&fs, &visitor, &failed);
	free(failed);
	filesystem_close(&fs);
}

void fuzz_image(const uint8_t *data, size_t size)
{
	read_image(&(struct image){ .file = fuzz_file(data, size, 0), .size = size });
}

/* The first 32 KiB say nothing: the bytes begin with the volume descriptors. */
void fuzz_iso9660(const uint8_t *data, size_t size)
{
	read_image(&(struct image){ .file = fuzz_file(data, size, 32768), .size = 32768 + size });
}
