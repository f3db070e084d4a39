import {
  ELF_HEADER_SIZE,
  PROGRAM_HEADER_SIZE,
  SECTION_HEADER_SIZE,
  serializeElfHeader,
  serializeProgramHeader,
  serializeSectionHeader,
} from '@appimage-js/format';

/** What {@link makeDynamicElf} puts into a program or library of 64 bits. */
export interface DynamicElfRecipe {
  /** EM_ number. Default 62, x86_64. */
  readonly machine?: number;
  /** Default 3, ET_DYN. */
  readonly type?: number;
  readonly interpreter?: string;
  readonly needed?: readonly string[];
  readonly soname?: string;
  readonly rpath?: string;
  readonly runpath?: string;
  /** Versions by the library that is to have them. */
  readonly versions?: Readonly<Record<string, readonly string[]>>;
  readonly textRelocations?: boolean;
  readonly executableStack?: boolean;
  /** Bytes of a section `.debug_info`. */
  readonly debugBytes?: number;
}

const LAYOUT = { class: 64, byteOrder: 'little-endian' } as const;
const [PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_GNU_STACK] = [1, 2, 3, 0x6474_e551] as const;

/** A program of x86_64 as a linker would write it, without code. */
export function makeProgram(recipe: DynamicElfRecipe = {}): Uint8Array {
  return makeDynamicElf({ interpreter: '/lib64/ld-linux-x86-64.so.2', ...recipe });
}

/** A small ELF file with a dynamic section; loaded at the address 0, so that addresses are offsets. */
export function makeDynamicElf(recipe: DynamicElfRecipe = {}): Uint8Array {
  const { machine = 62, type = 3, interpreter, executableStack = false, debugBytes = 0 } = recipe;
  const programHeaderCount = interpreter === undefined ? 3 : 4;
  const image = new ImageWriter(ELF_HEADER_SIZE[64] + programHeaderCount * PROGRAM_HEADER_SIZE[64]);
  const interp = image.put(encode(interpreter ?? ''));
  const names = new NameTable();
  const versions = versionNeeds(recipe.versions ?? {}, names);
  const versionsAt = image.put(versions.bytes);
  const tags = dynamicTags(recipe, names);
  const strings = names.bytes();
  const stringsAt = image.put(strings);
  if (versions.count > 0) {
    tags.push([0x6fff_fffe, versionsAt.offset], [0x6fff_ffff, versions.count]);
  }
  tags.push([5, stringsAt.offset], [10, strings.length], [0, 0]);
  const dynamic = image.put(words64(tags.flat()));
  const debug = image.put(new Uint8Array(debugBytes));
  const sectionNames = image.put(encode('\0.debug_info\0.shstrtab'));
  const segments = [
    segment(PT_LOAD, { offset: 0, length: sectionNames.offset }, 5),
    segment(PT_DYNAMIC, dynamic, 6),
    segment(PT_GNU_STACK, { offset: 0, length: 0 }, executableStack ? 7 : 6),
    ...(interpreter === undefined ? [] : [segment(PT_INTERP, interp, 4)]),
  ];
  const sections = [section(0, 0, { offset: 0, length: 0 }), section(1, 1, debug), section(13, 3, sectionNames)];
  const sectionHeaders = image.put(Buffer.concat(sections));
  const header = serializeElfHeader({
    ident: { ...LAYOUT, version: 1, osAbi: 0, abiVersion: 0, padding: new Uint8Array(7) },
    type,
    machine,
    version: 1,
    entry: 0n,
    programHeaderOffset: ELF_HEADER_SIZE[64],
    sectionHeaderOffset: sectionHeaders.offset,
    flags: 0,
    headerSize: ELF_HEADER_SIZE[64],
    programHeaderSize: PROGRAM_HEADER_SIZE[64],
    programHeaderCount,
    sectionHeaderSize: SECTION_HEADER_SIZE[64],
    sectionHeaderCount: sections.length,
    sectionNameTableIndex: sections.length - 1,
  });
  return image.finish([header, ...segments]);
}

function dynamicTags(recipe: DynamicElfRecipe, names: NameTable): [number, number][] {
  const { needed = [], soname, rpath, runpath, textRelocations = false } = recipe;
  const named: [number, string | undefined][] = [
    ...needed.map((name): [number, string] => [1, name]),
    [14, soname],
    [15, rpath],
    [29, runpath],
  ];
  const tags = named.flatMap(([tag, name]): [number, number][] => (name === undefined ? [] : [[tag, names.add(name)]]));
  if (textRelocations) tags.push([22, 0]);
  return tags;
}

/** Elf64_Verneed, each with its Elf64_Vernaux behind it. */
function versionNeeds(needs: NonNullable<DynamicElfRecipe['versions']>, names: NameTable) {
  const libraries = Object.entries(needs);
  const parts = libraries.map(([library, versions], index) => {
    const bytes = new Uint8Array(16 * (1 + versions.length));
    const view = new DataView(bytes.buffer);
    view.setUint16(0, 1, true);
    view.setUint16(2, versions.length, true);
    view.setUint32(4, names.add(library), true);
    view.setUint32(8, 16, true);
    view.setUint32(12, index === libraries.length - 1 ? 0 : bytes.length, true);
    for (const [at, version] of versions.entries()) {
      view.setUint32(16 * (at + 1) + 8, names.add(version), true);
      view.setUint32(16 * (at + 1) + 12, at === versions.length - 1 ? 0 : 16, true);
    }
    return bytes;
  });
  return { count: libraries.length, bytes: Buffer.concat(parts) };
}

interface Place {
  readonly offset: number;
  readonly length: number;
}

class ImageWriter {
  readonly #parts: Uint8Array[] = [];
  #position: number;

  constructor(start: number) {
    this.#position = start;
  }

  put(bytes: Uint8Array): Place {
    const place = { offset: this.#position, length: bytes.length };
    this.#parts.push(bytes);
    this.#position += bytes.length;
    return place;
  }

  finish(headers: readonly Uint8Array[]): Uint8Array {
    return new Uint8Array(Buffer.concat([...headers, ...this.#parts]));
  }
}

class NameTable {
  #text = '\0';

  add(name: string): number {
    const offset = this.#text.length;
    this.#text += `${name}\0`;
    return offset;
  }

  bytes(): Uint8Array {
    return encode(this.#text);
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}

function words64(values: readonly number[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, BigInt).buffer);
}

function segment(type: number, { offset, length }: Place, flags: number): Uint8Array {
  const address = BigInt(offset);
  const sizes = { offset, virtualAddress: address, physicalAddress: address, fileSize: length };
  return serializeProgramHeader({ type, flags, ...sizes, memorySize: BigInt(length), alignment: 1n }, LAYOUT);
}

function section(nameOffset: number, type: number, { offset, length }: Place): Uint8Array {
  const numbers = { flags: 0n, address: 0n, offset, size: length, link: 0, info: 0, alignment: 1n, entrySize: 0n };
  return serializeSectionHeader({ nameOffset, type, ...numbers }, LAYOUT);
}
