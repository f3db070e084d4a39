#include "confine/signals.h"

#include <errno.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "confine/fail.h"

static const int forwarded[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGCONT, SIGWINCH, SIGALRM, SIGTSTP,
};

static sigset_t held(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < sizeof(forwarded) / sizeof(*forwarded); i++)
		sigaddset(&set, forwarded[i]);
	return set;
}

void signals_hold(sigset_t *before)
{
	sigset_t set = held();
	/* Whoever started us may ignore it, and then no child's status would arrive. */
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &set, before);
}

int signals_open(void)
{
	sigset_t set = held();
	int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0)
		fail_errno("cannot wait for signals");
	return signals;
}

int signals_next(int signals)
{
	struct signalfd_siginfo info;
	ssize_t length;
	do {
		length = read(signals, &info, sizeof(info));
	} while (length < 0 && errno == EINTR);
	return length == sizeof(info) ? (int)info.ssi_signo : 0;
}

void signals_forward(int signal, pid_t to, bool leads)
{
	bool from_keyboard = signal == SIGINT || signal == SIGQUIT || signal == SIGTSTP || signal == SIGWINCH;
	if (!leads || !from_keyboard || kill(-to, signal))
		kill(to, signal);
}
