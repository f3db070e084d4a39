/*
 * The program at the very beginning of a type 1 AppImage: it has 32 KiB before the ISO 9660 image, which the runtime does not
 * fit into. The runtime is elsewhere in the same file; this copies it into memory and becomes it.
 *
 * It works without a C library and without any relocation, so that it is a few kilobytes for every machine.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/auxvec.h>
#include <stdbool.h>

#include "first-stage/program-file.h"
#include "first-stage/system-call.h"
#include "first-stage/text.h"

#define EXIT_LAUNCH 127
#define OWN_FILE "/proc/self/exe"
#define DELETED " (deleted)"
#define STANDARD_ERROR 2

/*
 * Filled in when the image is made: where the runtime is in the file, in little-endian order; and what the runtime looks for in
 * the file that it is given (image/sections.h). Volatile: what the compiler sees here is not what a finished image has.
 */
#define RESERVED(name) __attribute__((used, retain, section(name)))

RESERVED(".runtime_place") static const volatile struct program_place runtime_place;
RESERVED(".payload_sha256") static const volatile uint8_t payload_sha256[32];
RESERVED(".mount_mode") static const volatile uint8_t mount_mode[16];

/* What the kernel hands over, one behind the other on the stack. */
struct start {
	char **arguments;
	char **environment;
	const unsigned long *auxiliary;
};

static struct start find_start(unsigned long *stack)
{
	struct start start = { .arguments = (char **)stack + 1 };
	start.environment = start.arguments + stack[0] + 1;
	char **end = start.environment;
	while (*end)
		end++;
	start.auxiliary = (const unsigned long *)(end + 1);
	return start;
}

static unsigned long auxiliary_value(const struct start *start, unsigned long type)
{
	for (const unsigned long *entry = start->auxiliary; entry[0] != AT_NULL; entry += 2) {
		if (entry[0] == type)
			return entry[1];
	}
	return 0;
}

static const char *variable(const struct start *start, const char *name)
{
	for (char **entry = start->environment; *entry; entry++) {
		if (text_begins_with(*entry, name) && (*entry)[text_length(name)])
			return *entry + text_length(name);
	}
	return NULL;
}

static _Noreturn void end(struct line *message)
{
	line_add(message, "\n");
	CALL_3(write, STANDARD_ERROR, message->text, message->length);
	for (;;)
		CALL_1(exit_group, EXIT_LAUNCH);
}

static void begin_message(struct line *message, const char *path)
{
	line_open(message);
	line_add(message, "AppImage: cannot run ");
	line_add(message, path);
	line_add(message, ": ");
}

static _Noreturn void fail(const char *path, const char *what, long error)
{
	struct line message;
	begin_message(&message, path);
	line_add(&message, what);
	if (error) {
		line_add(&message, ": ");
		line_add_error(&message, error);
	}
	end(&message);
}

/*
 * The file's path, as "TARGET_APPIMAGE=<path>". Without /proc, what exec was given has to do. What the kernel adds to the name of
 * a file that has been removed is no part of it.
 */
static void find_own_path(const struct start *start, struct line *target)
{
	line_open(target);
	line_add(target, "TARGET_APPIMAGE=");
	char *to = target->text + target->length;
	long room = (long)(sizeof(target->text) - target->length) - 1;
	long length = CALL_4(readlinkat, AT_FDCWD, OWN_FILE, to, room);
	if (length <= 0 || length >= room) {
		line_add(target, (const char *)auxiliary_value(start, AT_EXECFN));
		return;
	}
	to[length] = '\0';
	long remark = (long)sizeof(DELETED) - 1;
	if (length > remark && text_begins_with(to + length - remark, DELETED) && CALL_3(faccessat, AT_FDCWD, to, 0))
		to[length -= remark] = '\0';
	target->length += (size_t)length;
}

static long open_own_file(const char *path)
{
	long file = CALL_4(openat, AT_FDCWD, OWN_FILE, O_RDONLY | O_CLOEXEC, 0);
	return file == -ENOENT ? CALL_4(openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0) : file;
}

/* Variables that belong to another start than this one. */
static void remove_variables(struct start *start, const char *name)
{
	char **to = start->environment;
	for (char **from = start->environment; *from; from++) {
		if (!text_begins_with(*from, name))
			*to++ = *from;
	}
	*to = NULL;
}

/*
 * Puts one variable before the others: the arguments move down to where their number was, which nobody needs any more, and
 * leave room for it.
 */
static void add_variable(struct start *start, char *variable)
{
	char **argument = start->arguments--;
	do
		argument[-1] = *argument;
	while (*argument++);
	start->environment--;
	start->environment[0] = variable;
}

/* Returns why it could not be started. */
static long become(const struct start *start, long program)
{
	long error = CALL_5(execveat, program, "", start->arguments, start->environment, AT_EMPTY_PATH);
	if (error != -ENOSYS)
		return error;
	struct line path;
	line_open(&path);
	line_add(&path, "/proc/self/fd/");
	line_add_number(&path, (uint64_t)program);
	return CALL_3(execve, path.text, start->arguments, start->environment);
}

/* Tries one place, of which nothing stays. NULL is memory. What went wrong is noted, unless no place would be any better. */
static void try_place(const struct start *start, long image, const char *path, const char *folder, struct line *notes)
{
	const struct program_place place = { .offset = runtime_place.offset, .length = runtime_place.length };
	long program = folder ? program_in_folder((int)image, &place, folder) : program_in_memory((int)image, &place);
	long error = program < 0 ? program : become(start, program);
	if (program >= 0)
		CALL_1(close, program);
	if (error == PROGRAM_CUT_OFF)
		fail(path, "it is incomplete or damaged: where its runtime should be, there is none", 0);
	if (error == -ENOEXEC)
		fail(path, "its runtime is for another machine, or damaged", error);
	if (error == -E2BIG)
		fail(path, "its arguments and its environment are too long", error);
	line_add(notes, "\n  ");
	line_add(notes, folder ? folder : "in memory");
	line_add(notes, ": ");
	line_add_error(notes, error);
}

static void try_variable(const struct start *start, long image, const char *path, const char *name, struct line *notes)
{
	const char *folder = variable(start, name);
	if (folder && *folder == '/')
		try_place(start, image, path, folder, notes);
}

__attribute__((used)) _Noreturn void first_stage(unsigned long *stack)
{
	struct start start = find_start(stack);
	struct line own, notes;
	find_own_path(&start, &own);
	const char *path = own.text + sizeof("TARGET_APPIMAGE=") - 1;
	if (auxiliary_value(&start, AT_SECURE))
		fail(path, "an AppImage must not be set-user-id, set-group-id or have file capabilities", 0);
	if (!runtime_place.length)
		fail(path, "no runtime was put into it", 0);
	long image = open_own_file(path);
	if (image < 0)
		fail(path, image == -EACCES ? "it cannot be read (\"chmod +r\" makes it readable)" : "it cannot be read",
		     image);

	/* Whoever names another file means that one, as with every runtime. */
	if (!variable(&start, "TARGET_APPIMAGE=")) {
		remove_variables(&start, "TARGET_APPIMAGE");
		add_variable(&start, own.text);
	}
	begin_message(&notes, path);
	line_add(&notes, "its runtime can be started neither from memory nor from a folder; what helps: to name a folder where "
			 "programs may be run in TMPDIR");
	try_place(&start, image, path, NULL, &notes);
	try_variable(&start, image, path, "TMPDIR=", &notes);
	try_variable(&start, image, path, "XDG_CACHE_HOME=", &notes);
	try_variable(&start, image, path, "HOME=", &notes);
	try_place(&start, image, path, "/tmp", &notes);
	try_place(&start, image, path, "/var/tmp", &notes);
	end(&notes);
}
