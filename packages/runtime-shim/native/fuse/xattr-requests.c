#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "filesystem/filesystem.h"
#include "filesystem/xattr.h"
#include "fuse/request.h"

/* Answers with the data, or with their size when that is what was asked for. */
static void reply_sized(const struct fuse_request *request, uint32_t room, const void *data, size_t size)
{
	struct fuse_getxattr_out out = { .size = (uint32_t)size };
	if (!room)
		fuse_reply(request, &out, sizeof(out));
	else if (size > room)
		fuse_reply_error(request, -ERANGE);
	else
		fuse_reply(request, data, size);
}

/* Opens the attributes of the request's inode. An image without any answers -ENOSYS: the kernel then never asks again. */
static int open_request(const struct fuse_request *request, struct fuse_getxattr_in *in, struct xattr_reader *reader)
{
	struct filesystem *fs = request->session->fs;
	struct inode inode;
	if (!fuse_request_take(request, in, sizeof(*in)))
		return -EINVAL;
	int error = fuse_request_inode(request, &inode);
	return error ? error : xattr_open(fs, &inode, reader);
}

void fuse_answer_getxattr(const struct fuse_request *request)
{
	struct fuse_getxattr_in in;
	struct xattr_reader reader;
	struct xattr xattr;
	int error = open_request(request, &in, &reader);
	if (error)
		return fuse_reply_error(request, error);
	const char *name = (const char *)request->body + sizeof(in);
	if (!memchr(name, '\0', request->body_size - sizeof(in)))
		return fuse_reply_error(request, -EINVAL);

	int more;
	while ((more = xattr_next(&reader, &xattr)) == 1 && strcmp(xattr.name, name) != 0)
		;
	if (more != 1)
		return fuse_reply_error(request, more < 0 ? more : -ENODATA);
	void *value = malloc(xattr.value_size + 1);
	error = value ? xattr_read(&reader, &xattr, value) : -ENOMEM;
	if (error)
		fuse_reply_error(request, error);
	else
		reply_sized(request, in.size, value, xattr.value_size);
	free(value);
}

void fuse_answer_listxattr(const struct fuse_request *request)
{
	struct fuse_getxattr_in in;
	struct xattr_reader reader;
	struct xattr xattr;
	int error = open_request(request, &in, &reader);
	if (error)
		return fuse_reply_error(request, error);

	char *list = malloc(XATTR_VALUE_MAX);
	size_t used = 0;
	int more = list ? 0 : -ENOMEM;
	while (list && (more = xattr_next(&reader, &xattr)) == 1) {
		if (xattr.name_length + 1 > XATTR_VALUE_MAX - used) {
			more = -E2BIG;
			break;
		}
		memcpy(list + used, xattr.name, xattr.name_length + 1);
		used += xattr.name_length + 1;
	}
	if (more < 0)
		fuse_reply_error(request, more);
	else
		reply_sized(request, in.size, list, used);
	free(list);
}
