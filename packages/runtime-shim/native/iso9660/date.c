#include "iso9660/date.h"

#define OFFSET_UNIT (15 * 60)

/* Thirteen hours; what is beyond that Linux ignores. */
#define OFFSET_MAX 52

struct date {
	int64_t year, month, day, hour, minute, second;
	int8_t offset; /* from Greenwich, in quarters of an hour */
};

/* Days since 1970 in the Gregorian calendar. Months are counted from March on, so that leap days come last. */
static int64_t days_before(int64_t year, int64_t month)
{
	int64_t from_march = (month + 9) % 12;
	int64_t march_year = month < 3 ? year - 1 : year;
	int64_t days = march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400;
	return days + (from_march * 153 + 2) / 5 - 719468;
}

/* Days and hours out of range count on into the next month or day, and months into the next year. */
static int64_t to_seconds(const struct date *date)
{
	if (!date->month || !date->day)
		return 0;
	int64_t year = date->year + (date->month - 1) / 12;
	int64_t days = days_before(year, (date->month - 1) % 12 + 1) + date->day - 1;
	int64_t local = ((days * 24 + date->hour) * 60 + date->minute) * 60 + date->second;
	bool ignored = date->offset > OFFSET_MAX || date->offset < -OFFSET_MAX;
	return ignored ? local : local - date->offset * OFFSET_UNIT;
}

int64_t date_of_directory(const uint8_t raw[DIRECTORY_DATE_SIZE])
{
	const struct date date = {
		.year = 1900 + raw[0],
		.month = raw[1],
		.day = raw[2],
		.hour = raw[3],
		.minute = raw[4],
		.second = raw[5],
		.offset = (int8_t)raw[6],
	};
	return to_seconds(&date);
}

static bool take_number(const uint8_t **at, unsigned digits, int64_t *number)
{
	*number = 0;
	for (; digits; digits--, ++*at) {
		if (**at < '0' || **at > '9')
			return false;
		*number = *number * 10 + (**at - '0');
	}
	return true;
}

bool date_of_volume(const uint8_t raw[VOLUME_DATE_SIZE], int64_t *seconds)
{
	struct date date = { .offset = (int8_t)raw[16] };
	const uint8_t *at = raw;
	if (!take_number(&at, 4, &date.year) || !take_number(&at, 2, &date.month) || !take_number(&at, 2, &date.day) ||
	    !take_number(&at, 2, &date.hour) || !take_number(&at, 2, &date.minute) || !take_number(&at, 2, &date.second))
		return false;
	*seconds = to_seconds(&date);
	return date.month && date.day;
}
