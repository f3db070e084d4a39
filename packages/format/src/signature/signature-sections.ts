/*
 * The ELF sections of a runtime that hold a signature. The specification names only the first; all tools that sign or
 * verify use the second as well. Sizes are those that the runtime of AppImage/type2-runtime reserves.
 */
import type { Elf, ElfSection } from '../elf/read-elf.ts';
import { findSection, readSection } from '../elf/section-content.ts';
import { SHT_NOBITS } from '../elf/section-header.ts';
import type { ByteSource, ReadOptions } from '../io/byte-source.ts';

/** An ASCII-armored, detached OpenPGP signature of `signedMessage`; 1,024 bytes are reserved. */
export const SIGNATURE_SECTION = '.sha256_sig';
/** The ASCII-armored public key; 8,192 bytes are reserved. */
export const KEY_SECTION = '.sig_key';
/** A digest for identification, `appImageDigestMd5`; 16 bytes. */
export const DIGEST_SECTION = '.digest_md5';

/**
 * What is known of a signature without looking into OpenPGP.
 *
 * - `unsigned`: there is no section, or nothing in it
 * - `unverified`: there are a signature and the key that came with it
 * - `no-key`: there is a signature; whoever judges it must have the key already
 * - `bare-digest`: there are the hexadecimal digits of a SHA-256 where a signature should be, as go-appimage writes
 *   them: anybody could have
 * - `unrecognized`: there is something else
 */
export type SignatureState = 'unsigned' | 'unverified' | 'no-key' | 'bare-digest' | 'unrecognized';

/** What an image has in its sections; contents are without padding. */
export interface SignatureSections {
  readonly state: SignatureState;
  /** Content of `.sha256_sig`; null where the section is empty or not there. */
  readonly signature: Uint8Array | null;
  /** Content of `.sig_key`; null where the section is empty or not there. */
  readonly key: Uint8Array | null;
  /** Content of `.digest_md5`, 16 bytes; null where the section is empty or not there. */
  readonly digestMd5: Uint8Array | null;
  /** Whether the runtime has room for a signature and for a key. */
  readonly canBeSigned: boolean;
}

/** More than any runtime would reserve. */
const MAXIMUM_SECTION_SIZE = 1_048_576;

/**
 * Reads the sections that belong to a signature. Nothing is verified.
 *
 * @throws AppImageError `limit` when a section claims more than 1 MiB, `io` when reading fails
 */
export async function readSignatureSections(
  source: ByteSource,
  elf: Elf,
  { signal }: ReadOptions = {},
): Promise<SignatureSections> {
  const read = async (name: string): Promise<Uint8Array | null> => {
    if (findFileSection(elf, name) === undefined) return null;
    const content = await readSection(source, elf, name, { signal, maxSize: MAXIMUM_SECTION_SIZE });
    return content.some((byte) => byte !== 0) ? content : null;
  };
  const [signature, key, digestMd5] = await Promise.all([
    read(SIGNATURE_SECTION),
    read(KEY_SECTION),
    read(DIGEST_SECTION),
  ]);
  return {
    state: signatureState(signature, key),
    signature: signature && withoutPadding(signature),
    key: key && withoutPadding(key),
    digestMd5,
    canBeSigned: [SIGNATURE_SECTION, KEY_SECTION].every((name) => findFileSection(elf, name) !== undefined),
  };
}

/** A section that takes space in the file. */
export function findFileSection(elf: Elf, name: string): ElfSection | undefined {
  const section = findSection(elf, name);
  return section?.type === SHT_NOBITS ? undefined : section;
}

function signatureState(signature: Uint8Array | null, key: Uint8Array | null): SignatureState {
  if (signature === null) return 'unsigned';
  const text = new TextDecoder('latin1').decode(withoutPadding(signature)).trim();
  if (text.startsWith('-----BEGIN PGP SIGNATURE-----')) return key === null ? 'no-key' : 'unverified';
  return /^[0-9a-f]{64}$/i.test(text) ? 'bare-digest' : 'unrecognized';
}

function withoutPadding(content: Uint8Array): Uint8Array {
  return content.subarray(0, content.findLastIndex((byte) => byte !== 0) + 1);
}
