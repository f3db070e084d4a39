#include "iso9660/system-use.h"

#include <errno.h>
#include <string.h>

#include "iso9660/date.h"
#include "iso9660/iso9660.h"
#include "system/bytes.h"

#define HEADER_SIZE 4

/* Areas that one record may go on in, and their bytes: far more than a name and a target need, enough for attributes. */
#define AREAS_MAX 256
#define AREA_BYTES_MAX (UINT32_C(1) << 20)

struct area {
	const uint8_t *data; /* where it is in memory already: in its record */
	uint64_t position;   /* else in the image */
	uint64_t size;
};

static int read_bytes(struct iso9660 *fs, const struct area *area, uint64_t at, uint8_t *out, size_t size)
{
	if (!area->data)
		return iso9660_read(fs, area->position + at, out, size);
	memcpy(out, area->data + at, size);
	return 0;
}

/* An entry without its header. */
struct entry {
	uint16_t signature;
	uint8_t version;
	struct byte_cursor at;
};

#define SIGNATURE(a, b) (uint16_t)((a) | (b) << 8)

static uint32_t take_both_endian(struct byte_cursor *at)
{
	uint32_t value = bytes_u32(at);
	bytes_take(at, 4);
	return value;
}

static bool take_continuation(const struct iso9660 *fs, struct byte_cursor *at, struct area *next)
{
	uint64_t block = take_both_endian(at);  /* offset 4: Block Location of Continuation Area */
	uint64_t offset = take_both_endian(at); /* 12: Offset to Start of Continuation Area */
	uint64_t size = take_both_endian(at);   /* 20: Length of the Continuation Area */
	*next = (struct area){ .position = block * fs->block_size + offset, .size = size };
	return !at->overrun;
}

static void take_posix(struct byte_cursor *at, struct system_use *use)
{
	use->mode = take_both_endian(at);  /* offset 4: POSIX File Mode */
	use->links = take_both_endian(at); /* 12: POSIX File Links */
	use->user = take_both_endian(at);  /* 20: POSIX File User ID */
	use->group = take_both_endian(at); /* 28: POSIX File Group ID */
	use->has_posix = true;
}

/*
 * Either the two halves of a dev_t as the C library packs it, where the upper one is hardly ever used, or the two numbers
 * themselves: what Linux understands.
 */
static void take_device(struct byte_cursor *at, struct system_use *use)
{
	uint32_t high = take_both_endian(at); /* offset 4: Dev_t High */
	uint32_t low = take_both_endian(at);  /* 12: Dev_t Low */
	use->device = high ? (low & 0xff) | high << 8 | (low & ~UINT32_C(0xff)) << 12 : low;
}

static void take_name(struct byte_cursor *at, struct system_use *use)
{
	uint8_t flags = (uint8_t)bytes_take_integer(at, 1); /* offset 4: Flags */
	size_t size = at->size - at->at;                    /* 5: Name Content */
	const uint8_t *piece = bytes_take(at, size);
	/* "." and "..", whose names everybody knows. */
	if (!piece || flags & 0x06)
		return;
	if (size > ROCK_RIDGE_NAME_MAX - use->name_length) {
		at->overrun = true;
		return;
	}
	memcpy(use->name + use->name_length, piece, size);
	use->name_length += size;
}

static void take_times(struct byte_cursor *at, struct system_use *use)
{
	uint8_t flags = (uint8_t)bytes_take_integer(at, 1); /* offset 4: Flags */
	bool is_long = flags & 0x80;
	size_t size = is_long ? VOLUME_DATE_SIZE : DIRECTORY_DATE_SIZE;
	if (flags & 0x01)
		bytes_take(at, size); /* 5: Creation Time */
	const uint8_t *modified = flags & 0x02 ? bytes_take(at, size) : NULL;
	if (!modified)
		return;
	use->has_modified_at = true;
	if (!is_long)
		use->modified_at = date_of_directory(modified);
	else
		use->has_modified_at = date_of_volume(modified, &use->modified_at);
}

static void take_zisofs(const struct entry *entry, struct system_use *use)
{
	struct byte_cursor at = entry->at;
	const uint8_t *algorithm = bytes_take(&at, 2);                            /* offset 4: Algorithm */
	use->zisofs.header_size = (uint16_t)(bytes_take_integer(&at, 1) * 4);     /* 6: Header Size Div 4 */
	use->zisofs.block_shift = (uint8_t)bytes_take_integer(&at, 1);            /* 7: Log2 of Block Size */
	use->zisofs.size = entry->version == 1 ? bytes_u32(&at) : bytes_u64(&at); /* 8: Uncompressed Size */
	use->zisofs.version = entry->version ? entry->version : UINT8_MAX;
	use->zisofs.known = algorithm && !at.overrun &&
			    ((entry->version == 1 && memcmp(algorithm, "pz", 2) == 0) ||
			     (entry->version == 2 && memcmp(algorithm, "PZ", 2) == 0));
}

/* The names that versions 1.09 to 1.12 of Rock Ridge have. */
static bool names_rock_ridge(struct byte_cursor at)
{
	static const char *const names[] = { "RRIP_1991A", "IEEE_P1282", "IEEE_1282" };
	uint8_t size = (uint8_t)bytes_take_integer(&at, 1); /* offset 4: Identifier Length */
	bytes_take(&at, 3);
	const uint8_t *name = bytes_take(&at, size); /* 8: Extension Identifier */
	for (size_t i = 0; name && i < sizeof(names) / sizeof(names[0]); i++) {
		if (strlen(names[i]) == size && memcmp(names[i], name, size) == 0)
			return true;
	}
	return false;
}

/* Signatures that are not named here say nothing about what a reader wants to know. Returns 0, or -EIO for a damaged entry. */
static int take(const struct iso9660 *fs, struct entry *entry, struct system_use *use, struct area *next)
{
	switch (entry->signature) {
	case SIGNATURE('C', 'E'):
		return take_continuation(fs, &entry->at, next) ? 0 : -EIO;
	case SIGNATURE('P', 'X'):
		take_posix(&entry->at, use);
		break;
	case SIGNATURE('P', 'N'):
		take_device(&entry->at, use);
		break;
	case SIGNATURE('S', 'L'):
		link_target_add(&use->target, entry->at.data, entry->at.size);
		break;
	case SIGNATURE('N', 'M'):
		take_name(&entry->at, use);
		break;
	case SIGNATURE('T', 'F'):
		take_times(&entry->at, use);
		break;
	case SIGNATURE('C', 'L'):
		use->child = take_both_endian(&entry->at); /* offset 4: Location of Child Directory */
		use->has_child = true;
		break;
	case SIGNATURE('R', 'E'):
		use->relocated = true;
		break;
	case SIGNATURE('S', 'F'):
		use->sparse = true;
		break;
	case SIGNATURE('Z', 'F'):
	case SIGNATURE('Z', '2'):
		take_zisofs(entry, use);
		break;
	case SIGNATURE('E', 'R'):
		use->rock_ridge |= names_rock_ridge(entry->at);
		break;
	}
	return entry->at.overrun ? -EIO : 0;
}

/*
 * They end with a terminator, with padding, or with what cannot be an entry: there are writers that get the length of long ones
 * wrong, and Linux reads their images.
 */
static int read_area(struct iso9660 *fs, const struct area *area, struct system_use *use, struct area *next)
{
	uint64_t at = 0;
	int error = 0;
	while (!error && area->size - at >= HEADER_SIZE) {
		uint8_t raw[UINT8_MAX];
		error = read_bytes(fs, area, at, raw, HEADER_SIZE);
		if (error)
			break;
		struct entry entry = { .signature = SIGNATURE(raw[0], raw[1]), .version = raw[3] };
		uint8_t length = raw[2];
		if (entry.signature == SIGNATURE('S', 'T') || length < HEADER_SIZE || length > area->size - at)
			break;
		error = read_bytes(fs, area, at, raw, length);
		entry.at = bytes_over(raw + HEADER_SIZE, length - HEADER_SIZE);
		if (!error)
			error = take(fs, &entry, use, next);
		at += length;
	}
	return error;
}

int system_use_read(struct iso9660 *fs, const struct directory_record *record, uint32_t skip, char *target,
		    struct system_use *use)
{
	memset(use, 0, sizeof(*use));
	use->target.text = target;
	uint32_t start = record->system_use + skip;
	struct area area = { 0 };
	if (start < record->length)
		area = (struct area){ .data = record->raw + start, .size = record->length - start };
	uint64_t total = 0;
	int error = 0;
	for (unsigned areas = 0; !error && area.size; areas++) {
		struct area next = { 0 };
		total += area.size;
		if (areas > AREAS_MAX || total > AREA_BYTES_MAX)
			return -EIO;
		error = read_area(fs, &area, use, &next);
		area = next;
	}
	return error;
}
