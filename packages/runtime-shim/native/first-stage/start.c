/*
 * Where the kernel begins: what it has put on the stack is handed to first_stage(), which never returns.
 */
#if defined(__x86_64__)
__asm__(".globl _start\n"
	".hidden _start\n"
	"_start:\n"
	"	xor %ebp, %ebp\n"
	"	mov %rsp, %rdi\n"
	"	and $-16, %rsp\n"
	"	call first_stage\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n"
	".hidden _start\n"
	"_start:\n"
	"	mov x29, #0\n"
	"	mov x30, #0\n"
	"	mov x0, sp\n"
	"	and sp, x0, #-16\n"
	"	b first_stage\n");
#elif defined(__i386__)
__asm__(".globl _start\n"
	".hidden _start\n"
	"_start:\n"
	"	xor %ebp, %ebp\n"
	"	mov %esp, %eax\n"
	"	and $-16, %esp\n"
	"	sub $12, %esp\n"
	"	push %eax\n"
	"	call first_stage\n");
#elif defined(__arm__)
__asm__(".arm\n"
	".globl _start\n"
	".hidden _start\n"
	".type _start, %function\n"
	"_start:\n"
	"	mov r11, #0\n"
	"	mov r0, sp\n"
	"	bic r1, r0, #7\n"
	"	mov sp, r1\n"
	"	bl first_stage\n");
#endif
