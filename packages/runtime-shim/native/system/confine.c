#include "system/confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "system/landlock.h"

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#elif defined(__i386__)
#define NATIVE_ARCH AUDIT_ARCH_I386
#elif defined(__arm__)
#define NATIVE_ARCH AUDIT_ARCH_ARM
#endif

/* Numbers with this bit belong to the x32 interface of x86_64 kernels, whose calls are the same ones under other numbers. */
#define X32_BIT 0x40000000u

static const uint16_t allowed[] = {
	SYS_read,         SYS_pread64,        SYS_write,        SYS_writev,          SYS_futex,
	SYS_sched_yield,  SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_restart_syscall, SYS_munmap,
	SYS_mremap,       SYS_madvise,        SYS_brk,          SYS_gettid,          SYS_set_robust_list,
	SYS_exit,         SYS_exit_group,
#ifdef SYS_futex_time64
	SYS_futex_time64,
#endif
};

/* What writing files takes besides. */
static const uint16_t allowed_to_writers[] = {
	SYS_openat,
	SYS_close,
	SYS_mkdirat,
	SYS_unlinkat,
	SYS_symlinkat,
	SYS_linkat,
	SYS_utimensat,
	SYS_fchmod,
	SYS_ftruncate,
	SYS_pwrite64,
	SYS_fcntl,
	SYS_rt_sigaction,
	SYS_umask,
	SYS_fstat,
	SYS_lseek,
#ifdef SYS_open
	SYS_open,
#endif
#ifdef SYS_utimensat_time64
	SYS_utimensat_time64,
#endif
#ifdef SYS_ftruncate64
	SYS_ftruncate64,
#endif
#ifdef SYS_fcntl64
	SYS_fcntl64,
#endif
#ifdef SYS_fstat64
	SYS_fstat64,
#endif
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define FILTER_MAX ((COUNT(allowed) + COUNT(allowed_to_writers)) * 2 + 32)

struct filter {
	struct sock_filter code[FILTER_MAX];
	unsigned short length;
};

static void emit(struct filter *filter, uint16_t code, uint32_t operand, uint8_t if_true, uint8_t if_false)
{
	filter->code[filter->length++] = (struct sock_filter){ .code = code, .jt = if_true, .jf = if_false, .k = operand };
}

static void load(struct filter *filter, size_t offset)
{
	emit(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void end_with(struct filter *filter, uint32_t verdict)
{
	emit(filter, BPF_RET | BPF_K, verdict, 0, 0);
}

static void allow(struct filter *filter, uint32_t number)
{
	emit(filter, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
	end_with(filter, SECCOMP_RET_ALLOW);
}

/* Allows a call whose argument has the given bits set, or not set, and denies it otherwise. */
static void allow_if(struct filter *filter, uint32_t number, int argument, uint32_t bits, bool set)
{
	uint32_t denied = SECCOMP_RET_ERRNO | EPERM;
	emit(filter, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4);
	/* The low half: the first one on the little-endian machines that this runs on. */
	load(filter, offsetof(struct seccomp_data, args) + (size_t)argument * 8);
	emit(filter, BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
	end_with(filter, set ? SECCOMP_RET_ALLOW : denied);
	end_with(filter, set ? denied : SECCOMP_RET_ALLOW);
}

static void build(struct filter *filter, bool writes)
{
	load(filter, offsetof(struct seccomp_data, arch));
	emit(filter, BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0);
	end_with(filter, SECCOMP_RET_KILL_PROCESS);
	load(filter, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
	emit(filter, BPF_JMP | BPF_JSET | BPF_K, X32_BIT, 0, 1);
	end_with(filter, SECCOMP_RET_KILL_PROCESS);
#endif
	for (size_t i = 0; i < COUNT(allowed); i++)
		allow(filter, allowed[i]);
	for (size_t i = 0; writes && i < COUNT(allowed_to_writers); i++)
		allow(filter, allowed_to_writers[i]);
	/* The old call of that name on i386 takes a pointer to its arguments, which a filter cannot follow. */
#if defined(SYS_mmap) && !defined(__i386__)
	allow_if(filter, SYS_mmap, 2, PROT_EXEC, false);
#endif
#ifdef SYS_mmap2
	allow_if(filter, SYS_mmap2, 2, PROT_EXEC, false);
#endif
	allow_if(filter, SYS_mprotect, 2, PROT_EXEC, false);
	allow_if(filter, SYS_clone, 0, CLONE_THREAD, true);
	end_with(filter, SECCOMP_RET_ERRNO | EPERM);
}

static bool install(bool writes)
{
	struct filter filter = { .length = 0 };
	build(&filter, writes);
	struct sock_fprog program = { .len = filter.length, .filter = filter.code };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return false;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

bool confine_reader(void)
{
	return install(false);
}

bool confine_writer(int folder)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return false;
	bool within = confine_to_folder(folder);
	return install(true) && within;
}
