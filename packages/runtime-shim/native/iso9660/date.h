/*
 * The two ways in which times are recorded. ECMA-119, sections 8.4.26.1 and 9.1.5.
 */
#ifndef ISO9660_DATE_H
#define ISO9660_DATE_H

#include <stdbool.h>
#include <stdint.h>

#define DIRECTORY_DATE_SIZE 7
#define VOLUME_DATE_SIZE 17

/* Seconds since 1970, UTC; 0 where no date was recorded. */
int64_t date_of_directory(const uint8_t raw[DIRECTORY_DATE_SIZE]);

/* The same; false where none was recorded, or none that can be read. */
bool date_of_volume(const uint8_t raw[VOLUME_DATE_SIZE], int64_t *seconds);

#endif
