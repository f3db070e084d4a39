import { FILTERED_MACHINES, type FilteredArchitecture } from './architectures.ts';
import type { SeccompChoices } from './choices.ts';
import { type Instruction, OPCODES, serializeInstructions } from './instruction.ts';
import { type ArgumentTest, type Refusal, type SeccompRule, seccompRules } from './rules.ts';
import { systemCallNumber } from './system-calls.ts';

/* struct seccomp_data of uapi/linux/seccomp.h: int nr; __u32 arch; __u64 instruction_pointer; __u64 args[6]. */
const NUMBER_OFFSET = 0;
const ARCHITECTURE_OFFSET = 4;
const ARGUMENTS_OFFSET = 16;

const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const ERRNO = 0x00050000;
const ERRNO_VALUES: Readonly<Record<Refusal, number>> = { EPERM: 1, ENOSYS: 38, EAFNOSUPPORT: 97 };

/** A jump of a comparison reaches no farther. */
const SHORT_JUMP_MAX = 255;

/**
 * Compiles the filter for programs of an architecture, as bytes for `bwrap --seccomp FD`.
 *
 * Programs of another architecture than that (and its older one, with `multiarch`) are killed by their first call.
 */
export function compileSeccomp(architecture: FilteredArchitecture, choices: SeccompChoices = {}): Uint8Array {
  const rules = seccompRules(choices);
  const { older } = FILTERED_MACHINES[architecture];
  const allowed = [architecture, ...(choices.multiarch && older !== undefined ? [older] : [])];
  const program = [load(ARCHITECTURE_OFFSET)];
  for (const each of allowed) {
    const body = forArchitecture(each, rules);
    program.push(compare('jumpIfEqual', FILTERED_MACHINES[each].audit, 1, 0), jump(body.length), ...body);
  }
  program.push(answer(KILL_PROCESS));
  return serializeInstructions(program);
}

/** Ends in an answer for every call of that architecture. */
function forArchitecture(architecture: FilteredArchitecture, rules: readonly SeccompRule[]): Instruction[] {
  const { aliasBit } = FILTERED_MACHINES[architecture];
  const aliases = aliasBit === undefined ? [] : [compare('jumpIfAnyBit', aliasBit, 0, 1), refuse('ENOSYS')];
  return [load(NUMBER_OFFSET), ...aliases, ...rules.flatMap((rule) => forRule(architecture, rule)), answer(ALLOW)];
}

/** With the number of the call loaded, before and after. */
function forRule(architecture: FilteredArchitecture, { calls, answer: refusal, when }: SeccompRule): Instruction[] {
  const numbers = calls
    .map((call) => systemCallNumber(architecture, call))
    .filter((number): number is number => number !== undefined);
  if (numbers.length === 0) return [];
  const verdict = when === undefined ? [refuse(refusal)] : forArgument(when, refusal);
  return [...unlessOneOf(numbers, verdict.length), ...verdict];
}

/** Goes on behind `length` instructions unless what is loaded is one of the values. */
function unlessOneOf(values: readonly number[], length: number): Instruction[] {
  if (values.length + length > SHORT_JUMP_MAX) throw new RangeError('Cannot compile filter: a rule is too long');
  return values.map((value, index) => {
    const left = values.length - 1 - index;
    return compare('jumpIfEqual', value, left, left === 0 ? length : 0);
  });
}

/** Loads an argument and answers. */
function forArgument({ argument, test, values }: ArgumentTest, refusal: Refusal): Instruction[] {
  const begin = load(ARGUMENTS_OFFSET + argument * 8);
  if (test === 'any-bit') {
    const bits = values.reduce((all, bit) => all | bit, 0) >>> 0;
    return [begin, compare('jumpIfAnyBit', bits, 0, 1), refuse(refusal), answer(ALLOW)];
  }
  const one = test === 'equals' ? refuse(refusal) : answer(ALLOW);
  const other = test === 'equals' ? answer(ALLOW) : refuse(refusal);
  return [begin, ...unlessOneOf(values, 1), one, other];
}

function load(offset: number): Instruction {
  return { code: OPCODES.load, ifTrue: 0, ifFalse: 0, operand: offset };
}

function jump(over: number): Instruction {
  return { code: OPCODES.jump, ifTrue: 0, ifFalse: 0, operand: over };
}

function compare(kind: 'jumpIfEqual' | 'jumpIfAnyBit', operand: number, ifTrue: number, ifFalse: number): Instruction {
  return { code: OPCODES[kind], ifTrue, ifFalse, operand };
}

function answer(verdict: number): Instruction {
  return { code: OPCODES.answer, ifTrue: 0, ifFalse: 0, operand: verdict };
}

function refuse(refusal: Refusal): Instruction {
  return answer(ERRNO | ERRNO_VALUES[refusal]);
}
