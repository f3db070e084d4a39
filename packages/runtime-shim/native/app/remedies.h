/*
 * Why a way to run an AppImage is closed on this system, beyond what trying it has told, and what would open it.
 */
#ifndef APP_REMEDIES_H
#define APP_REMEDIES_H

#include "system/report.h"

/* Add what there is to say, if anything. */
void remedies_for_fusermount(struct notes *notes);
void remedies_for_extraction(struct notes *notes);

#endif
