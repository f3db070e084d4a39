#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "filesystem/directory.h"
#include "fuse/request.h"

/* The kernel asks for one page, or for a few; more than this is answered in part. */
#define LISTING_MAX 65536

/* Offsets that the kernel hands back: 0 the start, 1 behind ".", 2 behind "..", then the cookies of the entries. */
#define OFFSET_DOT 1
#define OFFSET_DOT_DOT 2

struct listing {
	const struct fuse_request *request;
	bool plus;
	char *buffer;
	size_t size, used;
};

static uint32_t directory_type(uint32_t mode)
{
	return (mode & S_IFMT) >> 12;
}

/* Adds one entry; false when there is no room for it. */
static bool add(struct listing *listing, const char *name, size_t length, uint64_t number, uint32_t type, uint64_t offset,
		const struct fuse_entry_out *entry)
{
	struct fuse_dirent record = { .ino = number, .off = offset, .namelen = (uint32_t)length, .type = type };
	size_t prefix = listing->plus ? sizeof(*entry) : 0;
	size_t head = prefix + offsetof(struct fuse_dirent, name);
	size_t padded = (head + length + 7) & ~(size_t)7;
	if (padded > listing->size - listing->used)
		return false;
	char *to = listing->buffer + listing->used;
	memset(to, 0, padded);
	if (prefix)
		memcpy(to, entry, prefix);
	memcpy(to + prefix, &record, offsetof(struct fuse_dirent, name));
	memcpy(to + head, name, length);
	listing->used += padded;
	return true;
}

static bool add_dots(struct listing *listing, const struct inode *inode, uint64_t parent, uint64_t offset)
{
	/* The kernel takes no attributes from these two. */
	const struct fuse_entry_out nothing = { 0 };
	uint32_t type = directory_type(S_IFDIR);
	if (offset < OFFSET_DOT && !add(listing, ".", 1, inode->number, type, OFFSET_DOT, &nothing))
		return false;
	return offset >= OFFSET_DOT_DOT || add(listing, "..", 2, parent, type, OFFSET_DOT_DOT, &nothing);
}

static int add_entries(struct listing *listing, const struct inode *directory, uint64_t offset)
{
	static const uint32_t types[] = { 0, S_IFDIR, S_IFREG, S_IFLNK, S_IFBLK, S_IFCHR, S_IFIFO, S_IFSOCK };
	struct filesystem *fs = listing->request->session->fs;
	struct directory_reader reader;
	struct directory_entry found;
	int error = directory_open(fs, directory, &reader);
	if (!error)
		error = directory_seek(&reader, directory, offset > OFFSET_DOT_DOT ? offset - OFFSET_DOT_DOT : 0);
	if (error)
		return error;
	int more;
	while ((more = directory_next(&reader, &found)) == 1) {
		struct fuse_entry_out entry = { 0 };
		struct inode inode;
		/* An entry whose inode is damaged is listed without attributes; looking it up will say what is wrong. */
		if (listing->plus && inode_read(fs, found.reference, &inode) == 0)
			fuse_fill_entry(fs, &inode, &entry);
		if (!add(listing, found.name, found.name_length, found.number, directory_type(types[found.type]),
			 found.cookie + OFFSET_DOT_DOT, &entry))
			return 0;
	}
	return more;
}

void fuse_answer_readdir(const struct fuse_request *request, bool plus)
{
	struct fuse_read_in in;
	struct inode inode;
	if (!fuse_request_take(request, &in, sizeof(in)))
		return fuse_reply_error(request, -EINVAL);
	int error = fuse_request_inode(request, &inode);
	if (!error && inode.type != INODE_DIRECTORY)
		error = -ENOTDIR;
	struct listing listing = { .request = request, .plus = plus, .size = in.size < LISTING_MAX ? in.size : LISTING_MAX };
	listing.buffer = error ? NULL : malloc(listing.size ? listing.size : 1);
	if (!error && !listing.buffer)
		error = -ENOMEM;
	if (!error && add_dots(&listing, &inode, inode_parent(request->session->fs, &inode), in.offset))
		error = add_entries(&listing, &inode, in.offset);
	/* What was read before the damage is delivered; the kernel asks on from there and then hears of it. */
	if (error && !listing.used)
		fuse_reply_error(request, error);
	else
		fuse_reply(request, listing.buffer, listing.used);
	free(listing.buffer);
}
