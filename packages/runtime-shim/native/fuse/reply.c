#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fuse/request.h"

/* The image never changes, so the kernel may keep what it was told: about 68 years, which no kernel's clock overflows on. */
#define VALID_SECONDS UINT64_C(0x7fffffff)

static void send(const struct fuse_request *request, struct iovec *pieces, int count)
{
	/* ENOENT: whoever asked has been interrupted meanwhile. ENODEV shows at the next read. Nothing else is to be done. */
	ssize_t written;
	do {
		written = writev(request->session->device, pieces, count);
	} while (written < 0 && errno == EINTR);
}

void fuse_reply_error(const struct fuse_request *request, int error)
{
	struct fuse_out_header header = { .len = sizeof(header), .error = error, .unique = request->header.unique };
	struct iovec piece = { .iov_base = &header, .iov_len = sizeof(header) };
	send(request, &piece, 1);
}

void fuse_reply(const struct fuse_request *request, const void *data, size_t size)
{
	struct fuse_out_header header = {
		.len = (uint32_t)(sizeof(header) + size),
		.unique = request->header.unique,
	};
	struct iovec pieces[] = {
		{ .iov_base = &header, .iov_len = sizeof(header) },
		{ .iov_base = (void *)data, .iov_len = size },
	};
	send(request, pieces, size ? 2 : 1);
}

void fuse_reply_spans(const struct fuse_request *request, const struct file_span *spans, size_t count)
{
	struct fuse_out_header header = { .len = sizeof(header), .unique = request->header.unique };
	struct iovec pieces[FILE_SPANS_MAX + 1] = { { .iov_base = &header, .iov_len = sizeof(header) } };
	for (size_t i = 0; i < count; i++) {
		pieces[i + 1] = (struct iovec){ .iov_base = (void *)spans[i].data, .iov_len = spans[i].length };
		header.len += (uint32_t)spans[i].length;
	}
	send(request, pieces, (int)count + 1);
}

/* As the kernel's own SquashFS counts them: what a file takes without its holes, and nothing for anything else. */
static uint64_t blocks_of(const struct inode *inode)
{
	if (inode->type != INODE_FILE || inode->holes > inode->size)
		return 0;
	return (inode->size - inode->holes + 511) / 512;
}

void fuse_fill_attributes(const struct filesystem *fs, const struct inode *inode, struct fuse_attr *attributes)
{
	bool has_device = inode->type == INODE_BLOCK_DEVICE || inode->type == INODE_CHARACTER_DEVICE;
	*attributes = (struct fuse_attr){
		.ino = inode->number,
		.size = inode->size,
		.blocks = blocks_of(inode),
		.atime = (uint64_t)inode->modification_time,
		.mtime = (uint64_t)inode->modification_time,
		.ctime = (uint64_t)inode->modification_time,
		.mode = inode->mode,
		.nlink = inode->links,
		.uid = inode->user,
		.gid = inode->group,
		.rdev = has_device ? inode->device : 0,
		.blksize = fs->block_size,
	};
}

void fuse_fill_entry(const struct filesystem *fs, const struct inode *inode, struct fuse_entry_out *entry)
{
	memset(entry, 0, sizeof(*entry));
	entry->entry_valid = VALID_SECONDS;
	if (!inode)
		return; /* nodeid 0: "there is no such name", and the kernel may remember that too */
	entry->nodeid = inode->reference + FUSE_NODE_SHIFT;
	entry->attr_valid = VALID_SECONDS;
	fuse_fill_attributes(fs, inode, &entry->attr);
}
