/*
 * The sums of xz streams, in the place of liblzma's own.
 */
#ifndef DECOMPRESS_XZ_CHECKS_H
#define DECOMPRESS_XZ_CHECKS_H

/* Has to be called before liblzma; more than once does no harm. */
void xz_checks_prepare(void);

#endif
