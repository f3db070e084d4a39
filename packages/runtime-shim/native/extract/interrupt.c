#include "extract/interrupt.h"

#include <signal.h>
#include <stddef.h>

static const int ends[] = { SIGINT, SIGTERM, SIGHUP };

#define ENDS (sizeof(ends) / sizeof(ends[0]))

static volatile sig_atomic_t noted;
static struct sigaction before[ENDS], limit_before;

static void take_note(int number)
{
	noted = number;
}

void interrupt_hold(void)
{
	/* Not SA_RESTART: waiting for a lock ends with it. */
	struct sigaction action = { .sa_handler = take_note };
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ENDS; i++) {
		sigaction(ends[i], NULL, &before[i]);
		if (before[i].sa_handler != SIG_IGN)
			sigaction(ends[i], &action, NULL);
	}
	/* A file beyond the limit of this process is an error to be told, not an end. */
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigaction(SIGXFSZ, &ignore, &limit_before);
}

bool interrupt_is_pending(void)
{
	return noted != 0;
}

void interrupt_release(void)
{
	for (size_t i = 0; i < ENDS; i++)
		sigaction(ends[i], &before[i], NULL);
	sigaction(SIGXFSZ, &limit_before, NULL);
	if (noted)
		raise(noted);
	noted = 0;
}
