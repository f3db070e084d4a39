#include "iso9660/symbolic-link.h"

#include <string.h>

#include "system/bytes.h"

enum { FLAG_CONTINUE = 0x01, FLAG_CURRENT = 0x02, FLAG_PARENT = 0x04, FLAG_ROOT = 0x08 };

static void add_text(struct link_target *target, const void *text, size_t size)
{
	if (size >= PATH_MAX - target->length || memchr(text, '\0', size)) {
		target->broken = true;
		return;
	}
	if (target->text)
		memcpy(target->text + target->length, text, size);
	target->length += size;
}

static void add_component(struct link_target *target, uint8_t flags, const uint8_t *content, uint8_t size)
{
	if (target->separate)
		add_text(target, "/", 1);
	switch (flags & ~FLAG_CONTINUE) {
	case 0:
		add_text(target, content, size);
		break;
	case FLAG_CURRENT:
		add_text(target, ".", 1);
		break;
	case FLAG_PARENT:
		add_text(target, "..", 2);
		break;
	case FLAG_ROOT:
		add_text(target, "/", 1);
		break;
	default:
		target->broken = true;
	}
	target->separate = !(flags & (FLAG_CONTINUE | FLAG_ROOT));
}

void link_target_add(struct link_target *target, const uint8_t *data, size_t size)
{
	struct byte_cursor at = bytes_over(data, size);
	target->begun = true;
	target->goes_on = bytes_take_integer(&at, 1) & FLAG_CONTINUE; /* offset 4: Flags */
	while (!target->broken && at.size - at.at >= 2) {
		uint8_t flags = (uint8_t)bytes_take_integer(&at, 1);  /* 0: Component Flags */
		uint8_t length = (uint8_t)bytes_take_integer(&at, 1); /* 1: Component Length */
		const uint8_t *content = bytes_take(&at, length);     /* 2: Component Content */
		if (content)
			add_component(target, flags, content, length);
		else
			target->broken = true;
	}
}

bool link_target_is_whole(const struct link_target *target)
{
	return target->begun && target->length && !target->goes_on && !target->broken;
}
