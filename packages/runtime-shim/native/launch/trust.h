/*
 * Whether what lies beside an AppImage may change how it runs: in a folder that several users write to, it may be anybody's.
 */
#ifndef LAUNCH_TRUST_H
#define LAUNCH_TRUST_H

#include <sys/stat.h>
#include <unistd.h>

/* Why not, as a text, or NULL: it belongs to this user or to root, and, a folder apart, nobody else can write to it. */
static inline const char *distrust_of(const struct stat *status)
{
	if (status->st_uid != geteuid() && status->st_uid != 0)
		return "it belongs to somebody else";
	if (!S_ISDIR(status->st_mode) && status->st_mode & (S_IWGRP | S_IWOTH))
		return "others can write to it; chmod go-w mends that";
	return NULL;
}

#endif
