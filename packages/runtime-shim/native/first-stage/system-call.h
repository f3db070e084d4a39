/*
 * The kernel, without a C library: each call answers a negative errno when it fails.
 */
#ifndef FIRST_STAGE_SYSTEM_CALL_H
#define FIRST_STAGE_SYSTEM_CALL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

#if defined(__x86_64__)

static inline long system_call(long number, long a, long b, long c, long d, long e)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	long result;
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
			 : "rcx", "r11", "memory");
	return result;
}

#elif defined(__aarch64__)

static inline long system_call(long number, long a, long b, long c, long d, long e)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
	return x0;
}

#elif defined(__i386__)

static inline long system_call(long number, long a, long b, long c, long d, long e)
{
	long result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory");
	return result;
}

#elif defined(__arm__)

static inline long system_call(long number, long a, long b, long c, long d, long e)
{
	register long r7 __asm__("r7") = number;
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;
	register long r3 __asm__("r3") = d;
	register long r4 __asm__("r4") = e;
	__asm__ volatile("svc 0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2), "r"(r3), "r"(r4) : "memory");
	return r0;
}

#else
#error "how a system call is made on this machine is not known here"
#endif

#define CALL_0(name) system_call(SYS_##name, 0, 0, 0, 0, 0)
#define CALL_1(name, a) system_call(SYS_##name, (long)(a), 0, 0, 0, 0)
#define CALL_2(name, a, b) system_call(SYS_##name, (long)(a), (long)(b), 0, 0, 0)
#define CALL_3(name, a, b, c) system_call(SYS_##name, (long)(a), (long)(b), (long)(c), 0, 0)
#define CALL_4(name, a, b, c, d) system_call(SYS_##name, (long)(a), (long)(b), (long)(c), (long)(d), 0)
#define CALL_5(name, a, b, c, d, e) system_call(SYS_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))

#endif
