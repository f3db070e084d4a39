#include "iso9660/name.h"

#include <errno.h>
#include <string.h>

/* What Linux accepts as one name. */
#define NAME_BYTES_MAX 255

/* What stands for a character that is none. */
#define REPLACEMENT 0xfffd

struct name {
	char text[NAME_BYTES_MAX];
	size_t length;
	bool too_long;
};

static void add(struct name *name, uint8_t byte)
{
	if (name->length < sizeof(name->text))
		name->text[name->length++] = (char)byte;
	else
		name->too_long = true;
}

static void add_character(struct name *name, uint32_t character)
{
	if (character < 0x80) {
		add(name, (uint8_t)character);
		return;
	}
	unsigned more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
	static const uint8_t heads[] = { 0, 0xc0, 0xe0, 0xf0 };
	add(name, (uint8_t)(heads[more] | character >> 6 * more));
	while (more--)
		add(name, (uint8_t)(0x80 | (character >> 6 * more & 0x3f)));
}

static uint32_t wide_at(const uint8_t *text, size_t size, size_t at)
{
	return at + 1 < size ? (uint32_t)text[at] << 8 | text[at + 1] : 0;
}

/* 16 bits a character, the most significant ones first; filled up with spaces or zeros. */
static void add_wide(struct name *name, const uint8_t *text, size_t size)
{
	size -= size % 2;
	while (size && (wide_at(text, size, size - 2) == ' ' || !wide_at(text, size, size - 2)))
		size -= 2;
	for (size_t at = 0; at < size; at += 2) {
		uint32_t unit = wide_at(text, size, at);
		uint32_t next = wide_at(text, size, at + 2);
		bool is_surrogate = unit >= 0xd800 && unit < 0xe000;
		if (is_surrogate && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
			add_character(name, 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00));
			at += 2;
		} else {
			add_character(name, is_surrogate ? REPLACEMENT : unit);
		}
	}
}

static void strip_version(struct name *name)
{
	if (name->length >= 2 && memcmp(name->text + name->length - 2, ";1", 2) == 0)
		name->length -= 2;
	if (name->length > 1 && name->text[name->length - 1] == '.')
		name->length--;
}

int iso9660_name(enum iso9660_names names, const struct directory_record *record, const struct system_use *use,
		 struct directory_entry *entry)
{
	struct name name = { 0 };
	const uint8_t *identifier = record->raw + DIRECTORY_RECORD_IDENTIFIER;
	if (use && use->name_length) {
		memcpy(name.text, use->name, use->name_length);
		name.length = use->name_length;
	} else if (names == NAMES_OF_JOLIET) {
		add_wide(&name, identifier, record->identifier_size);
		strip_version(&name);
	} else {
		memcpy(name.text, identifier, record->identifier_size);
		name.length = record->identifier_size;
		strip_version(&name);
	}
	if (name.too_long || !directory_name_is_sound(name.text, name.length))
		return -EIO;
	memcpy(entry->name, name.text, name.length);
	entry->name[name.length] = '\0';
	entry->name_length = name.length;
	return 0;
}
