#include "app/interpreter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "filesystem/filesystem.h"
#include "image/elf-size.h"
#include "image/image.h"
#include "system/report.h"
#include "system/text.h"

#define NAME "appimage-js-interpreter"

/* [this program, the file, what was typed, arguments]: registered with the flag P. */
#define ARGUMENTS_OF_KERNEL 3

#define MAGIC_AT 8
#define MAGIC_SIZE 3

/* Of programs in front of a payload, the largest that are known have 3 MiB. */
#define PROGRAM_SIZE_MAX (64 << 20)

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

extern char **environ;

bool interpreter_is_called(const char *called_as)
{
	return strcmp(text_base_name(called_as), NAME) == 0;
}

/* What cannot be opened at all is left to the start itself, which says why. */
static bool is_for_this_program(const char *target)
{
	struct image image;
	struct filesystem fs;
	struct stat status;
	const char *why;
	if (text_variable("TARGET_APPIMAGE_CONTENTS") || stat(target, &status) || !S_ISREG(status.st_mode) || access(target, R_OK))
		return true;
	if (image_open(&image, target, text_variable("TARGET_APPIMAGE_OFFSET"), &why))
		return false;
	bool readable = filesystem_open(&fs, &image, 1, &why) == 0;
	if (readable)
		filesystem_close(&fs);
	close(image.file);
	return readable;
}

static int memory_file(void)
{
	int file = memfd_create("appimage", MFD_CLOEXEC | MFD_EXEC);
	return file < 0 && errno == EINVAL ? memfd_create("appimage", MFD_CLOEXEC) : file;
}

static int copy(int to, int from, uint64_t size)
{
	off_t position = 0;
	while ((uint64_t)position < size) {
		ssize_t count = sendfile(to, from, &position, size - (uint64_t)position);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return count ? -errno : -ENODATA;
	}
	return 0;
}

/* A copy of the program in front of a payload, which is no AppImage to the kernel. Returns a descriptor, or a negative errno. */
static int copy_program(const char *path)
{
	static const char nothing[MAGIC_SIZE];
	uint64_t size;
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	int error = elf_size(file, &size);
	if (!error && size > PROGRAM_SIZE_MAX)
		error = -EFBIG;
	int program = error ? error : memory_file();
	if (program == -1)
		error = program = -errno;
	if (!error)
		error = copy(program, file, size);
	if (!error && pwrite(program, nothing, sizeof(nothing), MAGIC_AT) != sizeof(nothing))
		error = -EIO;
	if (error && program >= 0)
		close(program);
	close(file);
	return error ? error : program;
}

/*
 * Runtimes can be told which file they are for, as the specification wants it of static ones. So a copy can start the file without
 * coming back here.
 */
static _Noreturn void pass_on(const char *file, char **arguments)
{
	int program = copy_program(file);
	if (program >= 0)
		fexecve(program, arguments, environ);
	report_fatal("cannot start %s: this program cannot read its payload, and its own program cannot be started: %s", file,
		     strerror(program >= 0 ? errno : -program));
}

char **interpreter_begin(int *count, char **arguments)
{
	if (*count < ARGUMENTS_OF_KERNEL)
		report_fatal("the kernel starts this program for AppImages, with the file and what was typed; found %d arguments",
			     *count - 1);
	const char *file = arguments[1];
	*count -= ARGUMENTS_OF_KERNEL - 1;
	arguments += ARGUMENTS_OF_KERNEL - 1;
	if (!text_variable("TARGET_APPIMAGE")) {
		/* Without a target they mean nothing, and would come to mean something. */
		unsetenv("TARGET_APPIMAGE_OFFSET");
		unsetenv("TARGET_APPIMAGE_ARGV0");
		unsetenv("TARGET_APPIMAGE_CONTENTS");
		unsetenv("TARGET_APPIMAGE_PROGRAM");
		if (setenv("TARGET_APPIMAGE", file, 1))
			report_fatal("cannot start %s: %s", file, strerror(errno));
	}
	if (!is_for_this_program(text_variable("TARGET_APPIMAGE")))
		pass_on(file, arguments);
	return arguments;
}
