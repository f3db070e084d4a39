/*
 * The digest that appimagetool writes into `.digest_md5`, and by which older desktop integration tells images apart. It
 * is meant to be the MD5 of the file without the sections for digest, signature and key, in chunks of 4,096 bytes. The
 * digests of all existing images differ from that:
 *
 * - the chunk's buffer is never cleared, so the bytes that are left out are those of the chunk before, and so is the
 *   rest of the last chunk, which always counts in full;
 * - a section that begins exactly where a chunk does is not left out at all;
 * - what a section has beyond its chunk is passed over in the next ones, the odd part of it first;
 * - where two sections share a chunk, the way to the second is measured from the chunk's start but taken from the end
 *   of the first, so that bytes behind it, of the file's own content, are passed over, too.
 *
 * It is no protection: different files may have the same digest. Source: `src/digest.c` of AppImage/appimagetool, whose
 * behaviour is described here.
 */
import type { Elf } from '../elf/read-elf.ts';
import { AppImageError } from '../errors.ts';
import type { Hashes } from '../hash/hasher.ts';
import { portableHashes } from '../hash/portable-hashes.ts';
import type { ByteSource, ReadOptions } from '../io/byte-source.ts';
import { sequentialPieces } from '../io/sequential-pieces.ts';
import { DIGEST_SECTION, findFileSection, KEY_SECTION, SIGNATURE_SECTION } from './signature-sections.ts';
import { type ZeroedRange, zeroedSource } from './zeroed-source.ts';

/** Options of {@link appImageDigestMd5}. */
export interface DigestMd5Options extends ReadOptions {
  /** Default `portableHashes`. */
  readonly hashes?: Hashes;
}

const CHUNK = 4096;

/**
 * Computes the 16 bytes that appimagetool would write into `.digest_md5`, at the moment when it does: before the image
 * is signed, so the three sections count as zeros wherever they are not passed over.
 *
 * @throws AppImageError `not-found` when the runtime lacks one of the three sections, `io` when reading fails
 */
export async function appImageDigestMd5(
  source: ByteSource,
  elf: Elf,
  { hashes = portableHashes, signal }: DigestMd5Options = {},
): Promise<Uint8Array> {
  const sections = [DIGEST_SECTION, SIGNATURE_SECTION, KEY_SECTION].map((name) => requireSection(elf, name));
  const file = new ForwardReader(zeroedSource(source, sections), { signal });
  const md5 = await hashes.create('MD5');
  const buffer = new Uint8Array(CHUNK);
  let carried = 0;
  for (let left = source.size; left > 0; left -= CHUNK) {
    const start = file.position;
    let room = CHUNK;
    if (carried > 0) {
      const passed = carried % CHUNK || CHUNK;
      room -= passed;
      carried -= passed;
      file.skip(passed);
    }
    for (const { offset, size } of sections) {
      const before = offset - start;
      if (size === 0 || before <= 0 || before >= CHUNK) continue;
      await file.read(buffer.subarray(0, before));
      room -= before + size;
      if (room < 0) {
        carried = -room;
        room = 0;
      }
      file.skip(CHUNK - room - before);
    }
    if (room > 0) await file.read(buffer.subarray(CHUNK - room));
    md5.update(buffer);
  }
  await file.close();
  return md5.digest();
}

function requireSection(elf: Elf, name: string): ZeroedRange {
  const section = findFileSection(elf, name);
  if (section !== undefined) return section;
  throw new AppImageError('not-found', `Cannot compute MD5 digest: the ELF file has no section ${name}`);
}

/**
 * Reads a source from start to end like a file of the C library: past the end there is nothing, and buffers keep what
 * they had.
 */
class ForwardReader {
  /** Where the next read begins; may be beyond the end. */
  position = 0;
  readonly #pieces: AsyncGenerator<Uint8Array, void, undefined>;
  #piece: Uint8Array = new Uint8Array(0);
  #pieceEnd = 0;

  constructor(source: ByteSource, options: ReadOptions) {
    this.#pieces = sequentialPieces(source, options);
  }

  /** Forgets what was read ahead. */
  async close(): Promise<void> {
    await this.#pieces.return();
  }

  skip(length: number): void {
    this.position += length;
  }

  async read(target: Uint8Array): Promise<void> {
    for (let filled = 0; filled < target.length; ) {
      if (this.position >= this.#pieceEnd) {
        const { value } = await this.#pieces.next();
        if (value === undefined) break;
        this.#piece = value;
        this.#pieceEnd += value.length;
        continue;
      }
      const from = this.#piece.length - (this.#pieceEnd - this.position);
      const part = this.#piece.subarray(from, from + target.length - filled);
      target.set(part, filled);
      filled += part.length;
      this.position += part.length;
    }
  }
}
