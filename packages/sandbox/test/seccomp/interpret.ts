/** A call as the kernel describes it to a filter: `struct seccomp_data`. */
export interface DescribedCall {
  readonly number: number;
  readonly audit: number;
  readonly arguments?: readonly bigint[];
}

/** What a filter answers. */
export type Verdict = 'allow' | 'kill' | `errno ${number}`;

/**
 * Runs a classic BPF program over a call, by the kernel's documentation of it (networking/filter.rst). Throws for instructions
 * that the kernel would refuse, for jumps out of the program, and for an end without an answer.
 */
export function interpret(program: Uint8Array, call: DescribedCall): Verdict {
  const code = new DataView(program.buffer, program.byteOffset, program.byteLength);
  const data = describe(call);
  let accumulator = 0;
  for (let at = 0; ; at++) {
    if (at * 8 >= program.byteLength)
      throw new RangeError(`expected an answer, found the end after ${at} instructions`);
    const [operation, operand] = [code.getUint16(at * 8, true), code.getUint32(at * 8 + 4, true)];
    const [ifTrue, ifFalse] = [code.getUint8(at * 8 + 2), code.getUint8(at * 8 + 3)];
    if (operation === 0x20) {
      if (operand % 4 !== 0 || operand > 60) throw new RangeError(`expected an aligned field, found ${operand}`);
      accumulator = data.getUint32(operand, true);
    } else if (operation === 0x05) at += operand;
    else if (operation === 0x15) at += accumulator === operand ? ifTrue : ifFalse;
    else if (operation === 0x45) at += (accumulator & operand) !== 0 ? ifTrue : ifFalse;
    else if (operation === 0x06) return verdictOf(operand);
    else throw new RangeError(`expected an instruction that is known, found 0x${operation.toString(16)}`);
  }
}

function describe({ number, audit, arguments: values = [] }: DescribedCall): DataView {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, number, true);
  data.setUint32(4, audit, true);
  for (const [index, value] of values.entries()) data.setBigUint64(16 + index * 8, value, true);
  return data;
}

function verdictOf(value: number): Verdict {
  if (value === 0x7fff0000) return 'allow';
  if (value === 0x80000000) return 'kill';
  if (value >>> 16 === 5) return `errno ${value & 0xffff}`;
  throw new RangeError(`expected an answer that is known, found 0x${value.toString(16)}`);
}
