/*
 * Patterns are matched by fnmatch(3), which asks these for the classes of characters. The C library has tables of all of
 * Unicode for them, 13 KiB; in the locale "C", which this program never leaves, only the letters of ASCII are any.
 */
#include <string.h>
#include <wctype.h>

enum kind { NONE, ALNUM, ALPHA, BLANK, CNTRL, DIGIT, GRAPH, LOWER, PRINT, PUNCT, SPACE, UPPER, XDIGIT, KINDS };

static const char names[KINDS][8] = {
	"", "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "xdigit",
};

static int is_between(wint_t character, char first, char last)
{
	return character >= (wint_t)first && character <= (wint_t)last;
}

static int is_letter(wint_t character)
{
	return is_between(character | 0x20, 'a', 'z');
}

wctype_t wctype(const char *name)
{
	for (enum kind kind = ALNUM; kind < KINDS; kind++) {
		if (strcmp(name, names[kind]) == 0)
			return kind;
	}
	return NONE;
}

int iswctype(wint_t character, wctype_t kind)
{
	int is_digit = is_between(character, '0', '9');
	switch (kind) {
	case ALNUM:
		return is_digit || is_letter(character);
	case ALPHA:
		return is_letter(character);
	case BLANK:
		return character == ' ' || character == '\t';
	case CNTRL:
		return character < ' ' || character == 0x7f;
	case DIGIT:
		return is_digit;
	case GRAPH:
		return is_between(character, '!', '~');
	case LOWER:
		return is_between(character, 'a', 'z');
	case PRINT:
		return is_between(character, ' ', '~');
	case PUNCT:
		return is_between(character, '!', '~') && !is_digit && !is_letter(character);
	case SPACE:
		return character == ' ' || is_between(character, '\t', '\r');
	case UPPER:
		return is_between(character, 'A', 'Z');
	case XDIGIT:
		return is_digit || is_between(character | 0x20, 'a', 'f');
	default:
		return 0;
	}
}

wint_t towlower(wint_t character)
{
	return is_between(character, 'A', 'Z') ? character | 0x20 : character;
}

wint_t towupper(wint_t character)
{
	return is_between(character, 'a', 'z') ? character & ~(wint_t)0x20 : character;
}
