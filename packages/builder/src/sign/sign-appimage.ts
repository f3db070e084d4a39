import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  AppImageError,
  appImageDigestMd5,
  type ByteSource,
  DIGEST_SECTION,
  type Elf,
  findSection,
  KEY_SECTION,
  patchSection,
  type ReadOptions,
  readAppImageMagic,
  readElf,
  SIGNATURE_SECTION,
} from '@appimage-js/format';
import { nodeHashes, openFileSource } from '@appimage-js/format/node';
import { diskError } from '../inspect/local-file.ts';
import { type Draft, openDraft } from '../output/draft.ts';
import { checkRoomForSignature, embedSignature } from './embed-signature.ts';
import type { MadeSignature, Signer } from './signer.ts';

/** Options of {@link signAppImage}. */
export interface SignOptions extends ReadOptions {
  /** The signed file. Default: the same one, or what a symlink leads to, replaced in one step when everything has been written. */
  readonly output?: string | undefined;
  /** Write the digest that appimagetool writes, too. It protects nothing; some old integration asks for it. Default false. */
  readonly digestMd5?: boolean | undefined;
  /** Told the bytes that were read so far, of how many. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What {@link signAppImage} has made. */
export interface SignedAppImage extends MadeSignature {
  /** Absolute path. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

/** Bytes that are copied at once. */
const PIECE = 4 * 1024 * 1024;

/**
 * Signs an AppImage that is there, signed before or not: the SHA-256 of the file, as all tools sign it (see `signedMessage`).
 *
 * @throws AppImageError `unsupported` for a file that is no type 2 image or has no room for a signature, and what the signer and the disk say
 */
export async function signAppImage(file: string, signer: Signer, options: SignOptions = {}): Promise<SignedAppImage> {
  const { signal, digestMd5 = false, onProgress } = options;
  return await rewrite(file, options, async ({ elf, draft }) => {
    checkRoomForSignature({ elf });
    await clear(elf, draft);
    await using source = await draft.readBack();
    if (digestMd5) {
      const bytes = await appImageDigestMd5(source, elf, { hashes: nodeHashes, signal });
      await patchSection({ sink: draft, elf, name: DIGEST_SECTION, bytes });
    }
    return await embedSignature({ source, sink: draft, elf, signer, signal, onProgress });
  });
}

/**
 * Takes the signature, the key and the digest out of an AppImage.
 *
 * @throws AppImageError `unsupported` for a file that is no type 2 image
 */
export async function removeSignature(
  file: string,
  options: Omit<SignOptions, 'digestMd5' | 'onProgress'> = {},
): Promise<{ readonly path: string; readonly size: number }> {
  return await rewrite(file, options, async ({ elf, draft }) => {
    await clear(elf, draft);
    return {};
  });
}

interface Rewriting {
  readonly elf: Elf;
  readonly draft: Draft;
}

/** Changes a copy, which takes the file's place when that has gone well. */
async function rewrite<Result>(
  file: string,
  { output, signal }: SignOptions,
  work: (image: Rewriting) => Promise<Result>,
): Promise<Result & { readonly path: string; readonly size: number }> {
  // A symlink stays, and what it leads to is signed.
  const path = output === undefined ? await realPathOf(file) : resolve(output);
  await using source = await openFileSource(file);
  const elf = await readImage(source, file, signal);
  const { mode } = await stat(file).catch((cause: unknown) => {
    throw diskError('Cannot read', file, cause);
  });
  await using draft = await openDraft({ output: path, mode: mode & 0o777 });
  for (let offset = 0; offset < source.size; offset += PIECE) {
    await draft.write(offset, await source.read(offset, Math.min(PIECE, source.size - offset), { signal }));
  }
  const result = await work({ elf, draft });
  await draft.publish();
  return { path, size: source.size, ...result };
}

async function realPathOf(file: string): Promise<string> {
  return await realpath(file).catch((cause: unknown) => {
    throw diskError('Cannot read', file, cause);
  });
}

async function readImage(source: ByteSource, file: string, signal: ReadOptions['signal']): Promise<Elf> {
  if ((await readAppImageMagic(source)) !== 2) {
    throw new AppImageError(
      'unsupported',
      `Cannot sign ${file}: it must be an AppImage of type 2, with the magic 0x414902 at offset 8`,
      {
        path: file,
      },
    );
  }
  return await readElf(source, { signal });
}

async function clear(elf: Elf, draft: Draft): Promise<void> {
  for (const name of [SIGNATURE_SECTION, KEY_SECTION, DIGEST_SECTION]) {
    if (findSection(elf, name) !== undefined) await patchSection({ sink: draft, elf, name, bytes: new Uint8Array(0) });
  }
}
