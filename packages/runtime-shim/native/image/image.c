#include "image/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image/elf-size.h"
#include "image/script-offset.h"

#define HEAD_SIZE 16 /* the identification of an ELF file */

#define ISO9660_MAGIC_AT 32769

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

bool image_is_iso9660(int file, uint64_t offset)
{
	char magic[5];
	return offset < UINT64_MAX - ISO9660_MAGIC_AT &&
	       file_read_exactly(file, offset + ISO9660_MAGIC_AT, magic, sizeof(magic)) == 0 &&
	       memcmp(magic, "CD001", sizeof(magic)) == 0;
}

/*
 * Of an ELF file that is part of an ISO 9660 image, the image begins where the file does; the magic of type 1, which says so, came
 * later than the first of them. An ELF file that claims to be of type 2 is one only if a payload follows it.
 */
static int find_behind_elf(int file, const char head[HEAD_SIZE], uint64_t *offset)
{
	char magic[4];
	bool claims_type_2 = memcmp(head + 8, "AI\2", 3) == 0;
	*offset = 0;
	if (!claims_type_2 && image_is_iso9660(file, 0))
		return 0;
	int error = elf_size(file, offset);
	bool has_payload = !error && file_read_exactly(file, *offset, magic, sizeof(magic)) == 0;
	if (has_payload && memcmp(magic, "hsqs", sizeof(magic)) != 0 && image_is_iso9660(file, 0))
		*offset = 0;
	return error;
}

static int find_payload(int file, const char *offset_text, uint64_t *offset, const char **why)
{
	if (offset_text) {
		*why = "TARGET_APPIMAGE_OFFSET is no decimal number";
		return parse_offset(offset_text, offset);
	}
	char head[HEAD_SIZE];
	*why = "it is neither an ELF file nor a SquashFS or ISO 9660 image";
	if (file_read_exactly(file, 0, head, sizeof(head)))
		return -ENOEXEC;
	*offset = 0;
	if (memcmp(head, "hsqs", 4) == 0)
		return 0;
	if (memcmp(head, "#!/b", 4) == 0)
		return script_offset(file, offset);
	if (memcmp(head, "\177ELF", 4) == 0)
		return find_behind_elf(file, head, offset);
	return image_is_iso9660(file, 0) ? 0 : -ENOEXEC;
}

/* What stands in the ELF part of another file says nothing of a payload that something else was told to be in. */
static enum image_sections find_sections(int file, bool told, uint64_t offset)
{
	bool own = offset ? !told : image_is_iso9660(file, 0);
	return own ? SECTIONS_OF_FILE : SECTIONS_NONE;
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
		.sections = find_sections(file, offset_text, offset),
	};
	return 0;
}
