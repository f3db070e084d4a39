#include "fuse/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "filesystem/directory.h"

#define VALID_SECONDS UINT64_C(0x7fffffff)

struct fuse_request fuse_request_over(struct fuse_session *session, const void *buffer, size_t size)
{
	struct fuse_request request = { .session = session };
	memcpy(&request.header, buffer, sizeof(request.header));
	request.body = (const char *)buffer + sizeof(request.header);
	request.body_size = size - sizeof(request.header);
	return request;
}

bool fuse_request_take(const struct fuse_request *request, void *out, size_t size)
{
	if (size > request->body_size)
		return false;
	memcpy(out, request->body, size);
	return true;
}

int fuse_request_inode(const struct fuse_request *request, struct inode *inode)
{
	struct filesystem *fs = request->session->fs;
	uint64_t node = request->header.nodeid;
	if (node == FUSE_ROOT_ID) {
		int error = inode_read(fs, fs->root, inode);
		return !error && inode->type != INODE_DIRECTORY ? -EIO : error;
	}
	return node < FUSE_NODE_SHIFT ? -ESTALE : inode_read(fs, node - FUSE_NODE_SHIFT, inode);
}

static void answer_lookup(const struct fuse_request *request)
{
	struct filesystem *fs = request->session->fs;
	const char *name = request->body;
	struct inode inode;
	struct directory_entry found;
	struct fuse_entry_out out;
	if (!memchr(name, '\0', request->body_size))
		return fuse_reply_error(request, -EINVAL);
	int error = fuse_request_inode(request, &inode);
	if (!error)
		error = directory_lookup(fs, &inode, name, &found);
	if (!error)
		error = inode_read(fs, found.reference, &inode);
	else if (error == -ENOENT) {
		fuse_fill_entry(fs, NULL, &out);
		return fuse_reply(request, &out, sizeof(out));
	}
	if (error)
		return fuse_reply_error(request, error);
	fuse_fill_entry(fs, &inode, &out);
	fuse_reply(request, &out, sizeof(out));
}

static void answer_getattr(const struct fuse_request *request)
{
	struct inode inode;
	int error = fuse_request_inode(request, &inode);
	if (error)
		return fuse_reply_error(request, error);
	struct fuse_attr_out out = { .attr_valid = VALID_SECONDS };
	fuse_fill_attributes(request->session->fs, &inode, &out.attr);
	fuse_reply(request, &out, sizeof(out));
}

static void answer_readlink(const struct fuse_request *request)
{
	struct inode inode;
	char *target = NULL;
	int error = fuse_request_inode(request, &inode);
	if (!error)
		error = inode_read_target(request->session->fs, &inode, &target);
	if (error)
		return fuse_reply_error(request, error);
	fuse_reply(request, target, inode.size);
	free(target);
}

static void answer_open(const struct fuse_request *request, bool unneeded, uint32_t flags)
{
	/* There is no state to open. Kernels that may be told so never ask again, and keep what they have cached. */
	if (unneeded)
		return fuse_reply_error(request, -ENOSYS);
	struct fuse_open_out out = { .open_flags = flags };
	fuse_reply(request, &out, sizeof(out));
}

static void answer_read(const struct fuse_request *request)
{
	struct fuse_session *session = request->session;
	struct fuse_read_in in;
	struct inode inode;
	struct file_span spans[FILE_SPANS_MAX];
	size_t count = 0;
	if (!fuse_request_take(request, &in, sizeof(in)))
		return fuse_reply_error(request, -EINVAL);
	int error = fuse_request_inode(request, &inode);
	if (!error)
		error = file_map(session->fs, &inode, in.offset, in.size, spans, &count);
	if (error)
		return fuse_reply_error(request, error);
	fuse_reply_spans(request, spans, count);
	file_unmap(session->fs, spans, count);
	read_ahead_note(&session->ahead, &inode, in.offset, in.size);
}

static void answer_statfs(const struct fuse_request *request)
{
	const struct filesystem *fs = request->session->fs;
	struct fuse_statfs_out out = {
		.st = {
			.blocks = (fs->extent.size + fs->block_size - 1) / fs->block_size,
			.files = fs->inode_count,
			.bsize = fs->block_size,
			.frsize = fs->block_size,
			.namelen = DIRECTORY_NAME_MAX,
		},
	};
	fuse_reply(request, &out, sizeof(out));
}

void fuse_request_answer(struct fuse_request *request)
{
	struct fuse_session *session = request->session;
	switch (request->header.opcode) {
	case FUSE_LOOKUP:
		return answer_lookup(request);
	case FUSE_GETATTR:
		return answer_getattr(request);
	case FUSE_READLINK:
		return answer_readlink(request);
	case FUSE_OPEN:
		return answer_open(request, session->without_open, FOPEN_KEEP_CACHE);
	case FUSE_READ:
		return answer_read(request);
	case FUSE_STATFS:
		return answer_statfs(request);
	case FUSE_OPENDIR:
		return answer_open(request, session->without_opendir, FOPEN_KEEP_CACHE | FOPEN_CACHE_DIR);
	case FUSE_READDIR:
		return fuse_answer_readdir(request, false);
	case FUSE_READDIRPLUS:
		return fuse_answer_readdir(request, true);
	case FUSE_GETXATTR:
		return fuse_answer_getxattr(request);
	case FUSE_LISTXATTR:
		return fuse_answer_listxattr(request);
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
		return; /* the two that are not answered; there is nothing to forget */
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_DESTROY:
		return fuse_reply(request, NULL, 0);
	default:
		return fuse_reply_error(request, -ENOSYS);
	}
}
