/**
 * One instruction of a classic BPF program, as in the kernel's uapi/linux/filter.h (`struct sock_filter`).
 */
export interface Instruction {
  readonly code: number /* 0 code */;
  readonly ifTrue: number /* 2 jt */;
  readonly ifFalse: number /* 3 jf */;
  readonly operand: number /* 4 k */;
}

/** Bytes of one. */
const INSTRUCTION_SIZE = 8;

/** Those that a filter of system calls needs. */
export const OPCODES = {
  /** BPF_LD | BPF_W | BPF_ABS: a word of the description of the call. */
  load: 0x20,
  /** BPF_JMP | BPF_JA: over that many instructions. */
  jump: 0x05,
  /** BPF_JMP | BPF_JEQ | BPF_K. */
  jumpIfEqual: 0x15,
  /** BPF_JMP | BPF_JSET | BPF_K. */
  jumpIfAnyBit: 0x45,
  /** BPF_RET | BPF_K. */
  answer: 0x06,
} as const;

/** A program as the kernel, `bwrap --seccomp` and this toolkit's own program take it; all machines are little-endian. */
export function serializeInstructions(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * INSTRUCTION_SIZE);
  const view = new DataView(bytes.buffer);
  for (const [index, { code, ifTrue, ifFalse, operand }] of program.entries()) {
    const at = index * INSTRUCTION_SIZE;
    view.setUint16(at, code, true);
    view.setUint8(at + 2, ifTrue);
    view.setUint8(at + 3, ifFalse);
    view.setUint32(at + 4, operand, true);
  }
  return bytes;
}
