import { writeFileSync } from 'node:fs';
import {
  bufferSource,
  bytesContent,
  computeZsync,
  ELF_HEADER_SIZE,
  type InputDirectory,
  type InputNode,
  memorySink,
  readElf,
  SECTION_HEADER_SIZE,
  serializeAppImageMagic,
  serializeElfHeader,
  serializeSectionHeader,
  serializeZsync,
  signedMessage,
  writeSquashfs,
} from '@appimage-js/format';
import { nodeCompressor } from '@appimage-js/format/node';
import { signMessage } from '@appimage-js/format/openpgp';

/** What {@link makeImage} makes. */
export interface ImageRecipe {
  readonly version: string;
  readonly name?: string;
  readonly updateInformation?: string;
  /** Bytes of noise in the payload, from the seed. */
  readonly content?: Uint8Array;
  /** ELF machine number: 62 is x86_64, 183 aarch64. */
  readonly machine?: number;
  /** A private key, ASCII-armored, that signs the image. */
  readonly key?: string;
  /** A signature instead of the true one, such as that of another file. */
  readonly signature?: string;
}

const base = { mode: 0o644, uid: 0, gid: 0, mtime: 1_700_000_000 };

/** An AppImage of type 2 that does nothing, with all sections of a runtime. */
export async function makeImage(recipe: ImageRecipe): Promise<Uint8Array> {
  const { version, name = 'Probe', content = new Uint8Array(0), key } = recipe;
  const sink = memorySink();
  const root = directory({
    AppRun: file(new TextEncoder().encode(`#!/bin/sh\necho ${version}\n`), 0o755),
    'probe.desktop': file(
      new TextEncoder().encode(
        `[Desktop Entry]\nType=Application\nName=${name}\nExec=AppRun\nIcon=probe\nCategories=Utility;\nX-AppImage-Version=${version}\n`,
      ),
    ),
    'probe.svg': file(new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>')),
    content: file(content),
  });
  await writeSquashfs({ root, sink, compressor: nodeCompressor('zstd', 1) });
  const runtime = makeRuntime(recipe);
  const bytes = new Uint8Array(Buffer.concat([runtime, sink.bytes]));
  if (key === undefined) return bytes;
  const elf = await readElf(bufferSource(bytes));
  const { signature, publicKey } = await signMessage({ message: await signedMessage(bufferSource(bytes), elf), key });
  return putSignature(bytes, recipe.signature ?? signature, publicKey);
}

/** Puts a signature and a key into their sections. */
async function putSignature(image: Uint8Array, signature: string, key: string): Promise<Uint8Array> {
  const bytes = image.slice();
  const { sections } = await readElf(bufferSource(bytes));
  for (const [name, text] of [
    ['.sha256_sig', signature],
    ['.sig_key', key],
  ] as const) {
    const section = sections.find((candidate) => candidate.name === name);
    if (section !== undefined) bytes.set(new TextEncoder().encode(text), section.offset);
  }
  return bytes;
}

/** Writes the control file of an image; relative URLs. */
export async function writeControlFile(
  path: string,
  image: Uint8Array,
  name: string,
  mtime = 1_700_000_000,
): Promise<void> {
  const control = await computeZsync(bufferSource(image), { fileName: name, urls: [name], mtime });
  writeFileSync(path, serializeZsync(control));
}

function file(content: Uint8Array, mode = 0o644): InputNode {
  return { ...base, type: 'file', mode, content: bytesContent(content) };
}

function directory(entries: Readonly<Record<string, InputNode>>): InputDirectory {
  return { ...base, type: 'directory', mode: 0o755, entries: new Map(Object.entries(entries)) };
}

function makeRuntime({ updateInformation = '', machine = 62 }: ImageRecipe): Uint8Array {
  const contents: readonly (readonly [string, string, number])[] = [
    ['', '', 0],
    ['.digest_md5', '', 16],
    ['.upd_info', updateInformation, 1024],
    ['.sha256_sig', '', 1024],
    ['.sig_key', '', 8192],
  ];
  const names = `${contents.map(([name]) => name).join('\0')}\0.shstrtab\0`;
  const sections = [...contents, ['.shstrtab', names, names.length] as const];
  const layout = { class: 64, byteOrder: 'little-endian' } as const;
  const header = serializeElfHeader({
    ident: { ...layout, version: 1, osAbi: 0, abiVersion: 0, padding: new Uint8Array(7) },
    type: 3,
    machine,
    version: 1,
    entry: 0x1000n,
    programHeaderOffset: 0,
    sectionHeaderOffset: ELF_HEADER_SIZE[64] + sections.reduce((sum, [, , size]) => sum + size, 0),
    flags: 0,
    headerSize: ELF_HEADER_SIZE[64],
    programHeaderSize: 0,
    programHeaderCount: 0,
    sectionHeaderSize: SECTION_HEADER_SIZE[64],
    sectionHeaderCount: sections.length,
    sectionNameTableIndex: sections.length - 1,
  });
  header.set(serializeAppImageMagic(2), 8);
  let offset = ELF_HEADER_SIZE[64];
  const bodies: Uint8Array[] = [];
  const headers = sections.map(([name, text, size], index) => {
    const body = new Uint8Array(size);
    body.set(new TextEncoder().encode(text));
    bodies.push(body);
    const section = {
      nameOffset: Math.max(0, names.indexOf(name)),
      type: index === 0 ? 0 : index === sections.length - 1 ? 3 : 1,
      flags: 0n,
      address: 0n,
      offset,
      size,
      link: 0,
      info: 0,
      alignment: 1n,
      entrySize: 0n,
    };
    offset += size;
    return serializeSectionHeader(section, layout);
  });
  return new Uint8Array(Buffer.concat([header, ...bodies, ...headers]));
}
