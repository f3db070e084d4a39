#include "first-stage/program-file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>

#include "first-stage/system-call.h"
#include "first-stage/text.h"

#define PIECE_SIZE 32768
#define NAME_ATTEMPTS 8

/* Since Linux 6.3; before, every file in memory could be executed. */
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

static long move_to(int file, uint64_t position)
{
#if defined(SYS__llseek)
	uint64_t result;
	return CALL_5(_llseek, file, (uint32_t)(position >> 32), (uint32_t)position, &result, SEEK_SET);
#else
	long result = CALL_3(lseek, file, position, SEEK_SET);
	return result < 0 ? result : 0;
#endif
}

static long write_piece(int file, const char *piece, long size)
{
	for (long done = 0; done < size;) {
		long count = CALL_3(write, file, piece + done, size - done);
		if (count < 0 && count != -EINTR)
			return count;
		done += count > 0 ? count : 0;
	}
	return 0;
}

static long copy(int image, const struct program_place *place, int file)
{
	static const char elf[] = "\177ELF";
	char piece[PIECE_SIZE];
	long error = move_to(image, place->offset);
	for (uint64_t left = place->length; !error && left;) {
		long count = CALL_3(read, image, piece, left < PIECE_SIZE ? left : PIECE_SIZE);
		if (count == -EINTR)
			continue;
		if (count < 0)
			return count;
		if (!count || (left == place->length && (count < 4 || !text_begins_with(piece, elf))))
			return PROGRAM_CUT_OFF;
		error = write_piece(file, piece, count);
		left -= (uint64_t)count;
	}
	return error;
}

long program_in_memory(int image, const struct program_place *place)
{
	static const char name[] = "appimage-runtime";
	long file = CALL_2(memfd_create, name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
	if (file == -EINVAL)
		file = CALL_2(memfd_create, name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (file < 0)
		return file;
	long error = copy(image, place, (int)file);
	if (error) {
		CALL_1(close, file);
		return error;
	}
	CALL_3(fcntl, file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
	return file;
}

/* Under a name that nobody can foresee, and that goes once the file is open. */
static long make_named(const char *folder, struct line *name)
{
	for (int attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
		uint64_t random = 0;
		if (CALL_3(getrandom, &random, sizeof(random), 0) != sizeof(random))
			return -EIO;
		line_open(name);
		line_add(name, folder);
		line_add(name, "/.appimage-runtime-");
		line_add_number(name, random);
		if (!name->whole)
			return -ENAMETOOLONG;
		long file = CALL_4(openat, AT_FDCWD, name->text, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0700);
		if (file != -EEXIST)
			return file;
	}
	return -EEXIST;
}

/* What is open for writing cannot be started. By its descriptor, so that it is the same file whatever has its name now. */
static long reopen_for_reading(long file)
{
	struct line path;
	line_open(&path);
	line_add(&path, "/proc/self/fd/");
	line_add_number(&path, (uint64_t)file);
	return CALL_4(openat, AT_FDCWD, path.text, O_RDONLY | O_CLOEXEC, 0);
}

long program_in_folder(int image, const struct program_place *place, const char *folder)
{
	struct line name;
	bool named = false;
	long file = CALL_4(openat, AT_FDCWD, folder, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0700);
	/* Not every file system has files without a name; EISDIR: nor has every kernel. */
	if (file == -EOPNOTSUPP || file == -EISDIR || file == -EINVAL) {
		file = make_named(folder, &name);
		named = file >= 0;
	}
	if (file < 0)
		return file;
	long result = reopen_for_reading(file);
	if (named)
		CALL_3(unlinkat, AT_FDCWD, name.text, 0);
	long error = result < 0 ? result : copy(image, place, (int)file);
	CALL_1(close, file);
	if (error && result >= 0)
		CALL_1(close, result);
	return error ? error : result;
}
