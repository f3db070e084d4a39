/**
 * An ELF file of headers only, with the sections of a runtime and a payload of a few bytes behind it: what a real one has, in
 * one hundredth of its size.
 */

const sections = [
  { name: '.upd_info', content: 'zsync|https://example.org/a.zsync' },
  { name: '.sha256_sig', content: '' },
  { name: '.sig_key', content: '' },
  { name: '.digest_md5', content: '0123456789abcdef' },
  { name: '.payload_sha256', content: '\x01'.repeat(32) },
  { name: '.mount_mode', content: 'userns'.padEnd(16, '\0') },
] as const;

const PROGRAM_BITS = 1;
const STRING_TABLE = 3;
const LOAD = 1;

/** Writes the fields of records one behind the other, words as wide as the class has them. */
class RecordBuilder {
  readonly bytes: number[] = [];
  readonly #wordSize: number;

  constructor(wordSize: number) {
    this.#wordSize = wordSize;
  }

  add(size: number, ...values: number[]): void {
    for (const value of values) {
      for (let at = 0; at < size; at++) this.bytes.push(Math.floor(value / 2 ** (8 * at)) & 0xff);
    }
  }

  words(...values: number[]): void {
    this.add(this.#wordSize, ...values);
  }
}

/** @param elfClass 1: 32 bits, 2: 64 bits */
export function appImageSeed(elfClass: 1 | 2): Uint8Array {
  const word = elfClass === 1 ? 4 : 8;
  const [headerSize, segmentSize, sectionSize] = elfClass === 1 ? [52, 32, 40] : [64, 56, 64];
  const names = `\0${[...sections.map(({ name }) => name), '.shstrtab'].join('\0')}\0`;
  const contents = [...sections.map(({ content }) => content), names];
  const contentStart = headerSize + segmentSize;
  const tableStart = contentStart + contents.join('').length;
  const count = contents.length + 1;

  const file = new RecordBuilder(word);
  file.add(1, 0x7f, 0x45, 0x4c, 0x46, elfClass, 1, 1, 0, 0x41, 0x49, 2, 0, 0, 0, 0, 0);
  file.add(2, 3, elfClass === 1 ? 3 : 62);
  file.add(4, 1);
  file.words(0, headerSize, tableStart);
  file.add(4, 0);
  file.add(2, headerSize, segmentSize, 1, sectionSize, count, count - 1);

  // p_flags comes second in 64-bit files and seventh in 32-bit ones.
  file.add(4, LOAD);
  if (elfClass === 2) file.add(4, 4);
  file.words(0, 0, 0, tableStart, tableStart);
  if (elfClass === 1) file.add(4, 4);
  file.words(4096);

  file.bytes.push(...Buffer.from(contents.join(''), 'latin1'));
  file.bytes.push(...new Uint8Array(sectionSize));
  let offset = contentStart;
  for (const [index, content] of contents.entries()) {
    const name = sections[index]?.name ?? '.shstrtab';
    file.add(4, names.indexOf(`\0${name}\0`) + 1, index < sections.length ? PROGRAM_BITS : STRING_TABLE);
    file.words(0, 0, offset, content.length);
    file.add(4, 0, 0);
    file.words(1, 0);
    offset += content.length;
  }
  return Buffer.concat([Uint8Array.from(file.bytes), Buffer.from('hsqs'.padEnd(96, '\0'))]);
}
