/*
 * One request of the kernel and the answer to it.
 */
#ifndef FUSE_REQUEST_H
#define FUSE_REQUEST_H

#include <linux/fuse.h>
#include <stddef.h>
#include <stdint.h>

#include "filesystem/file.h"
#include "filesystem/inode.h"
#include "fuse/session.h"

/*
 * Node 1 is the root, node 0 is none, and references begin at 0: every other node is its reference, shifted past both.
 */
#define FUSE_NODE_SHIFT 2

struct fuse_request {
	struct fuse_session *session;
	struct fuse_in_header header;
	const void *body;
	size_t body_size;
};

struct fuse_request fuse_request_over(struct fuse_session *session, const void *buffer, size_t size);

/* Answers any request but INIT. */
void fuse_request_answer(struct fuse_request *request);

/* Copies the fixed part of a request's body. Returns false when the body is shorter. */
bool fuse_request_take(const struct fuse_request *request, void *out, size_t size);

/* Reads the inode that the request is about. */
int fuse_request_inode(const struct fuse_request *request, struct inode *inode);

void fuse_reply_error(const struct fuse_request *request, int error); /* a negative errno */
void fuse_reply(const struct fuse_request *request, const void *data, size_t size);
void fuse_reply_spans(const struct fuse_request *request, const struct file_span *spans, size_t count);

/* What the kernel wants to know of an inode. */
void fuse_fill_attributes(const struct filesystem *fs, const struct inode *inode, struct fuse_attr *attributes);
void fuse_fill_entry(const struct filesystem *fs, const struct inode *inode, struct fuse_entry_out *entry);

/* READDIR and READDIRPLUS, in directory-requests.c. */
void fuse_answer_readdir(const struct fuse_request *request, bool plus);

/* GETXATTR and LISTXATTR, in xattr-requests.c. */
void fuse_answer_getxattr(const struct fuse_request *request);
void fuse_answer_listxattr(const struct fuse_request *request);

#endif
