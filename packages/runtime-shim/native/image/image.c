#include "image/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image/elf-size.h"
#include "image/script-offset.h"

int64_t file_read_up_to(int file, uint64_t position, void *buffer, size_t size)
{
	uint8_t *to = buffer;
	size_t done = 0;
	while (done < size && position + done <= INT64_MAX) {
		ssize_t count = pread(file, to + done, size - done, (off_t)(position + done));
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -errno;
		if (count == 0)
			break;
		done += (size_t)count;
	}
	return (int64_t)done;
}

int file_read_exactly(int file, uint64_t position, void *buffer, size_t size)
{
	int64_t count = file_read_up_to(file, position, buffer, size);
	if (count < 0)
		return (int)count;
	return (size_t)count == size ? 0 : -ENODATA;
}

int image_read(const struct image *image, uint64_t position, void *buffer, size_t size)
{
	if (position > image->size || size > image->size - position)
		return -ENODATA;
	return file_read_exactly(image->file, image->offset + position, buffer, size);
}

static int parse_offset(const char *text, uint64_t *offset)
{
	char *end;
	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	if (errno || *end || *text < '0' || *text > '9')
		return -EINVAL;
	*offset = value;
	return 0;
}

static int find_payload(int file, const char *offset_text, uint64_t *offset, const char **why)
{
	if (offset_text) {
		*why = "TARGET_APPIMAGE_OFFSET is no decimal number";
		return parse_offset(offset_text, offset);
	}
	char magic[4];
	*why = "it is neither an ELF file nor a SquashFS image";
	if (file_read_exactly(file, 0, magic, sizeof(magic)))
		return -ENOEXEC;
	if (memcmp(magic, "hsqs", 4) == 0) {
		*offset = 0;
		return 0;
	}
	if (memcmp(magic, "#!/b", 4) == 0)
		return script_offset(file, offset);
	return elf_size(file, offset);
}

int image_open(struct image *image, const char *path, const char *offset_text, const char **why)
{
	*why = "it cannot be opened";
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (file < 0) {
		if (errno == EACCES)
			*why = "it cannot be opened (\"chmod +r\" makes it readable)";
		return -errno;
	}

	struct stat status;
	uint64_t offset = 0;
	int error = fstat(file, &status) ? -errno : 0;
	if (!error && !S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode)) {
		*why = "it is no regular file";
		error = -EINVAL;
	}
	if (!error)
		error = find_payload(file, offset_text, &offset, why);
	off_t end = error ? 0 : lseek(file, 0, SEEK_END);
	if (!error && (end < 0 || offset >= (uint64_t)end)) {
		*why = "nothing follows its ELF part: it has no payload";
		error = -ENOEXEC;
	}
	if (error) {
		close(file);
		return error;
	}
	*image = (struct image){
		.file = file,
		.offset = offset,
		.size = (uint64_t)end - offset,
		.sections = offset_text || !offset ? SECTIONS_NONE : SECTIONS_OF_FILE,
	};
	return 0;
}
