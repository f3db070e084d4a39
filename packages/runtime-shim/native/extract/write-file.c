#include "extract/write-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "extract/interrupt.h"
#include "filesystem/file.h"
#include "filesystem/filesystem.h"

static int write_span(int file, uint64_t offset, const struct file_span *span)
{
	size_t done = 0;
	while (done < span->length) {
		ssize_t count = pwrite(file, span->data + done, span->length - done, (off_t)(offset + done));
		if (count < 0 && errno != EINTR)
			return -errno;
		if (count > 0)
			done += (size_t)count;
	}
	return 0;
}

static int write_content(struct filesystem *fs, struct read_ahead *ahead, int file, const struct inode *inode)
{
	struct file_span spans[FILE_SPANS_MAX];
	uint64_t offset = 0;
	int error = 0;
	while (!error && offset < inode->size) {
		size_t count;
		if (interrupt_is_pending())
			return -EINTR;
		uint64_t start = offset;
		error = file_map(fs, inode, offset, fs->block_size, spans, &count);
		if (error)
			break;
		for (size_t i = 0; !error && i < count; i++) {
			/* Holes stay holes. */
			if (spans[i].block)
				error = write_span(file, offset, &spans[i]);
			offset += spans[i].length;
		}
		file_unmap(fs, spans, count);
		read_ahead_note(ahead, inode, start, offset - start);
	}
	/* Only now: the size of a damaged inode is worth nothing before its blocks have been seen. */
	if (!error && ftruncate(file, (off_t)inode->size))
		error = -errno;
	return error;
}

int write_file(struct filesystem *fs, struct read_ahead *ahead, int folder, const char *name, const struct inode *inode,
	       mode_t mode)
{
	int file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0)
		return -errno;
	int error = write_content(fs, ahead, file, inode);
	const struct timespec time = { .tv_sec = inode->modification_time };
	const struct timespec times[2] = { time, time };
	if (!error && fchmod(file, mode))
		error = -errno;
	futimens(file, times);
	if (close(file) && !error)
		error = -errno;
	return error;
}
