/*
 * Text that comes from an image and is shown on a terminal, which it must not drive: control characters would move the cursor,
 * set the title, or make one line look like another.
 */
#ifndef SYSTEM_PRINTABLE_H
#define SYSTEM_PRINTABLE_H

/*
 * Puts a question mark in the place of each control character (U+0000 to U+001F, U+007F to U+009F) that is not in `kept`, and of
 * each byte that is no part of UTF-8, which an 8-bit terminal may take for one. The text gets no longer.
 */
void make_printable(char *text, const char *kept);

#endif
