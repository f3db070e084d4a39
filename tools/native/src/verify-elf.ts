/**
 * The parts of a 64-bit little-endian ELF file that a type 2 AppImage depends on.
 * System V ABI, chapters 4 and 5.
 */

const SIZE_LIMIT = 500_000;
const SEGMENT_INTERPRETER = 3;
const SECTION_PROGRAM_BITS = 1;
const SECTION_NO_BITS = 8;

/** Room that other tools write into, by the sizes they expect. */
const RESERVED_SECTIONS: Readonly<Record<string, number>> = {
  '.upd_info': 1024,
  '.sha256_sig': 1024,
  '.sig_key': 8192,
  '.digest_md5': 16,
  '.payload_sha256': 32,
  '.mount_mode': 16,
};

/** "AI" and the type, in the padding of the ELF identification. */
const MAGIC_OFFSET = 8;
const MAGIC = [0x41, 0x49, 0x02];

interface Section {
  readonly name: string;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
}

export function writeMagic(file: Uint8Array): void {
  file.set(MAGIC, MAGIC_OFFSET);
}

/**
 * Checks a runtime before anything is made with it.
 *
 * @throws Error that says what was expected and what was found
 */
export function verifyRuntime(file: Uint8Array, machine: number): void {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const sections = readSections(view);
  expect('ELF class', view.getUint8(4), 2);
  expect('machine', view.getUint16(18, true), machine);
  expect('magic of type 2', [...file.subarray(MAGIC_OFFSET, MAGIC_OFFSET + 3)].join(' '), MAGIC.join(' '));
  expect('program interpreter', hasInterpreter(view), false);
  expect('below 500 KB', file.length < SIZE_LIMIT, true);
  for (const [name, size] of Object.entries(RESERVED_SECTIONS)) {
    const section = sections.find((candidate) => candidate.name === name);
    if (section === undefined) throw new Error(`Cannot use the runtime: there is no section ${name}`);
    expect(`size of ${name}`, section.size, size);
    expect(`type of ${name}`, section.type, SECTION_PROGRAM_BITS);
    const content = file.subarray(section.offset, section.offset + section.size);
    expect(`zeros in ${name}`, content.length === size && content.every((byte) => byte === 0), true);
  }
  expect('end of the ELF part', elfSize(view, sections), file.length);
}

function expect<T>(what: string, found: T, expected: T): void {
  if (found !== expected) throw new Error(`Cannot use the runtime: ${what}: expected ${expected}, found ${found}`);
}

function word(view: DataView, offset: number): number {
  return Number(view.getBigUint64(offset, true));
}

function programHeaders(view: DataView): number[] {
  const [start, size, count] = [word(view, 32), view.getUint16(54, true), view.getUint16(56, true)];
  return Array.from({ length: count }, (_, index) => start + index * size);
}

function hasInterpreter(view: DataView): boolean {
  return programHeaders(view).some((header) => view.getUint32(header, true) === SEGMENT_INTERPRETER);
}

function readSections(view: DataView): Section[] {
  const [start, size, count] = [word(view, 40), view.getUint16(58, true), view.getUint16(60, true)];
  const namesHeader = start + view.getUint16(62, true) * size;
  const names = word(view, namesHeader + 24);
  return Array.from({ length: count }, (_, index) => {
    const header = start + index * size;
    return {
      name: readName(view, names + view.getUint32(header, true)),
      type: view.getUint32(header + 4, true),
      offset: word(view, header + 24),
      size: word(view, header + 32),
    };
  });
}

function readName(view: DataView, start: number): string {
  let name = '';
  for (let at = start; view.getUint8(at) !== 0; at++) name += String.fromCharCode(view.getUint8(at));
  return name;
}

/** Where readers of AppImages look for the payload. */
function elfSize(view: DataView, sections: readonly Section[]): number {
  const tableEnd = word(view, 40) + view.getUint16(58, true) * view.getUint16(60, true);
  const sectionEnds = sections.filter(({ type }) => type !== SECTION_NO_BITS).map(({ offset, size }) => offset + size);
  const segmentEnds = programHeaders(view).map((header) => word(view, header + 8) + word(view, header + 32));
  return Math.max(tableEnd, ...sectionEnds, ...segmentEnds);
}
