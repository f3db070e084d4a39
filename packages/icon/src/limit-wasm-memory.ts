/*
 * The memory section of a WebAssembly module. WebAssembly Core Specification 2.0, 5.5.8 "Memory Section":
 * https://webassembly.github.io/spec/core/binary/modules.html#memory-section
 */

const HEADER_LENGTH = 8;
const MEMORY_SECTION = 5;
/** Bytes of a page. */
const PAGE_SIZE = 65_536;

/**
 * A module whose memory can not grow beyond a maximum: then its allocations fail, and it ends with an error. The module must have
 * one memory of its own and no maximum so far.
 *
 * @throws Error for another module
 */
export function limitWasmMemory(module: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> {
  const section = findMemorySection(module);
  const [count, flags, ...minimum] = module.subarray(section.start, section.end);
  if (count !== 1 || flags !== 0) throw new Error('the module must have one memory without maximum');
  const content = [1, 1, ...minimum, ...unsigned(Math.floor(bytes / PAGE_SIZE))];
  const parts = [
    module.subarray(0, section.idAt),
    Uint8Array.from([MEMORY_SECTION, ...unsigned(content.length), ...content]),
    module.subarray(section.end),
  ];
  const limited = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    limited.set(part, at);
    at += part.length;
  }
  return limited;
}

function findMemorySection(module: Uint8Array): {
  readonly idAt: number;
  readonly start: number;
  readonly end: number;
} {
  for (let at = HEADER_LENGTH; at < module.length; ) {
    const [length, start] = readUnsigned(module, at + 1);
    if (module[at] === MEMORY_SECTION) return { idAt: at, start, end: start + length };
    at = start + length;
  }
  throw new Error('the module must have a memory');
}

/** LEB128: seven bits a byte, the lowest first. */
function readUnsigned(bytes: Uint8Array, start: number): [value: number, end: number] {
  let value = 0;
  for (let at = start, factor = 1; at < bytes.length; at++, factor *= 128) {
    const byte = bytes[at] as number;
    value += (byte % 128) * factor;
    if (byte < 128) return [value, at + 1];
  }
  throw new Error('a number in the module must end');
}

function unsigned(value: number): number[] {
  return value < 128 ? [value] : [128 + (value % 128), ...unsigned(Math.floor(value / 128))];
}
