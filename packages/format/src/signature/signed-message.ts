import type { Elf } from '../elf/read-elf.ts';
import { AppImageError } from '../errors.ts';
import type { Hashes } from '../hash/hasher.ts';
import { portableHashes } from '../hash/portable-hashes.ts';
import type { ByteSource, ReadOptions } from '../io/byte-source.ts';
import { encodeHex } from '../io/hex.ts';
import { sequentialPieces } from '../io/sequential-pieces.ts';
import { findFileSection, KEY_SECTION, SIGNATURE_SECTION } from './signature-sections.ts';
import { zeroedSource } from './zeroed-source.ts';

/** Options of {@link signedMessage}. */
export interface SignedMessageOptions extends ReadOptions {
  /**
   * Which sections count as zeros: `tools` (the default) zeroes the signature and the key, as everything that signs or
   * verifies does; `specification` only the signature, as the specification has it.
   */
  readonly rule?: 'tools' | 'specification';
  /** Default `portableHashes`. */
  readonly hashes?: Hashes;
  /** Told the bytes that were read so far, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Computes what a signature of an image signs: the SHA-256 of the whole file, with the sections of the signature itself
 * as zeros, in 64 lower-case hexadecimal digits, without a line's end. The file is read once, in large pieces.
 *
 * @throws AppImageError `not-found` when there is no section for a signature, `io` when reading fails
 */
export async function signedMessage(
  source: ByteSource,
  elf: Elf,
  { rule = 'tools', hashes = portableHashes, onProgress, signal }: SignedMessageOptions = {},
): Promise<string> {
  if (findFileSection(elf, SIGNATURE_SECTION) === undefined) {
    throw new AppImageError(
      'not-found',
      `Cannot compute signed message: the ELF file has no section ${SIGNATURE_SECTION} for a signature`,
    );
  }
  const names = rule === 'tools' ? [SIGNATURE_SECTION, KEY_SECTION] : [SIGNATURE_SECTION];
  const zeroed = zeroedSource(
    source,
    names.flatMap((name) => findFileSection(elf, name) ?? []),
  );
  const hasher = await hashes.create('SHA-256');
  let done = 0;
  for await (const piece of sequentialPieces(zeroed, { signal })) {
    hasher.update(piece);
    done += piece.length;
    onProgress?.(done, source.size);
  }
  return encodeHex(hasher.digest());
}
