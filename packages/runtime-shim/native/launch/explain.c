#include "launch/explain.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "image/elf-file.h"
#include "image/image.h"
#include "system/report.h"
#include "system/text.h"

#define INTERPRETER_MAX 256

/* What the file says of itself. */
struct program {
	bool there, is_file, executable, no_exec_mount;
	bool is_elf, is_script;
	unsigned machine;
	char interpreter[INTERPRETER_MAX]; /* of a script, or the dynamic loader; "" when there is none */
};

static const char *machine_name(unsigned machine)
{
	switch (machine) {
	case EM_X86_64:
		return "x86_64";
	case EM_386:
		return "i386";
	case EM_AARCH64:
		return "aarch64";
	case EM_ARM:
		return "32-bit ARM";
	case 243: /* EM_RISCV */
		return "riscv64";
	case EM_PPC64:
		return "ppc64";
	default:
		return "another machine";
	}
}

static void look_at_elf(struct program *program, int file)
{
	struct elf_file elf;
	struct elf_segment segment;
	program->is_elf = elf_open(&elf, file) == 0;
	if (!program->is_elf)
		return;
	program->machine = elf.machine;
	for (uint16_t i = 0; i < elf.program_header_count && elf_read_segment(&elf, i, &segment) == 0; i++) {
		bool fits = segment.size && segment.size < sizeof(program->interpreter);
		if (segment.type == ELF_SEGMENT_INTERPRETER && fits &&
		    file_read_exactly(file, segment.offset, program->interpreter, (size_t)segment.size) == 0)
			program->interpreter[segment.size] = '\0';
	}
}

/* The program that a script's first line names; see execve(2). */
static void look_at_script(struct program *program, int file)
{
	char line[INTERPRETER_MAX];
	int64_t size = file_read_up_to(file, 0, line, sizeof(line) - 1);
	program->is_script = size > 2 && line[0] == '#' && line[1] == '!';
	if (!program->is_script)
		return;
	line[size] = '\0';
	const char *start = line + 2 + strspn(line + 2, " \t");
	size_t length = strcspn(start, " \t\r\n");
	memcpy(program->interpreter, start, length);
	program->interpreter[length] = '\0';
}

static struct program look_at(const char *path)
{
	struct program program = { .there = false };
	struct stat status;
	struct statvfs around;
	if (stat(path, &status))
		return program;
	program.there = true;
	program.is_file = S_ISREG(status.st_mode);
	program.executable = status.st_mode & 0111;
	program.no_exec_mount = statvfs(path, &around) == 0 && around.f_flag & ST_NOEXEC;
	int file = program.is_file ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) : -1;
	if (file < 0)
		return program;
	look_at_elf(&program, file);
	if (!program.is_elf)
		look_at_script(&program, file);
	close(file);
	return program;
}

/* Loaders of the C library that most programs are made for, wherever the machine keeps them. */
static const char *remedy_for_loader(const char *loader)
{
	if (text_starts_with(text_base_name(loader), "ld-linux"))
		return "; it belongs to glibc, which Alpine replaces by the package gcompat and NixOS by nix-ld or "
		       "appimage-run";
	return text_starts_with(text_base_name(loader), "ld-musl") ? "; it belongs to musl" : "";
}

static void explain_missing(const char *path, const struct program *program)
{
	if (program->is_script && *program->interpreter)
		report("cannot run %s: its first line names %s, which is not on this system", path, program->interpreter);
	else if (program->is_elf && *program->interpreter)
		report("cannot run %s: its dynamic loader %s is not on this system%s", path, program->interpreter,
		       remedy_for_loader(program->interpreter));
	else
		report("cannot run %s: %s", path, strerror(ENOENT));
}

static void explain_forbidden(const char *path, const struct program *program)
{
	if (program->is_file && !program->executable)
		report("cannot run %s: it is not executable; whoever makes the AppImage has to chmod +x it", path);
	else if (program->there && !program->is_file)
		report("cannot run %s: it is no file", path);
	else if (program->no_exec_mount)
		report("cannot run %s: programs may not be run from that file system (noexec); APPIMAGE_MOUNT chooses another "
		       "way, TMPDIR or XDG_CACHE_HOME another place",
		       path);
	else if (program->is_script)
		report("cannot run %s, or %s, which its first line names: %s", path, program->interpreter, strerror(EACCES));
	else
		report("cannot run %s: %s; a security module may forbid it", path, strerror(EACCES));
}

static void explain_format(const char *path, const struct program *program)
{
	struct utsname kernel;
	if (program->is_elf && uname(&kernel) == 0)
		report("cannot run %s: it is a program for %s, and this is %s", path, machine_name(program->machine),
		       kernel.machine);
	else if (program->is_script)
		report("cannot run %s: the kernel cannot run %s as its first line says; that line may be too long", path,
		       program->interpreter);
	else
		report("cannot run %s: it is neither a program nor a script whose first line begins with #!", path);
}

int explain_failed_exec(const char *path, int error)
{
	const struct program program = look_at(path);
	if (error == ENOENT)
		explain_missing(path, &program);
	else if (error == EACCES)
		explain_forbidden(path, &program);
	else if (error == ENOEXEC)
		explain_format(path, &program);
	else if (error == E2BIG)
		report("cannot run %s: arguments and environment are too long together; APPIMAGE and its like need some room, "
		       "too",
		       path);
	else if (error == ELIBBAD || error == EINVAL)
		report("cannot run %s: the program is damaged", path);
	else
		report("cannot run %s: %s", path, strerror(error));
	return error == ENOENT ? EXIT_LAUNCH : EXIT_NOT_RUNNABLE;
}
