import { stat } from 'node:fs/promises';
import {
  AppImageError,
  type ByteSource,
  detectImage,
  type ImageType,
  type PayloadKind,
  type PayloadPlace,
  parseSuperblock,
  SUPERBLOCK_SIZE,
} from '@appimage-js/format';
import { ioError, openFileSource } from '@appimage-js/format/node';
import { runsHere } from './host.ts';

/** What a plan has to know about an image. */
export interface ImageFacts {
  /** `appdir` is a directory: an image that was unpacked, or that is still to be packed. */
  readonly type: ImageType | 'appdir';
  /** For which the file was made; empty where nothing says. */
  readonly architectures: readonly string[];
  /** What is started in it; looked at only in an image that this machine does not run by itself. */
  readonly entryPoint?: 'program' | 'script' | undefined;
  /** Its file system; undefined where there is none, as in an AppDir. */
  readonly payload: PayloadFacts | undefined;
}

/** A file system in an image. */
export interface PayloadFacts {
  readonly kind: PayloadKind;
  /** Where it begins in the file, in bytes. */
  readonly offset: number;
  /** Of SquashFS, in the spelling of `mksquashfs -comp`; null where it is not known without more reading. */
  readonly compression: string | null;
}

/**
 * Looks at an image, only as far as a plan needs: a handful of short reads, whatever its size.
 *
 * @throws AppImageError `io` when the file can not be read, `not-found` for a directory that is no AppDir, `malformed` or
 *   `out-of-bounds` when it is damaged
 */
export async function readImage(file: string): Promise<ImageFacts> {
  if (await isDirectory(file)) return await readAppDir(file);
  await using source = await openFileSource(file);
  const { type, architectures, payload, problem } = await detectImage(source);
  if (problem !== undefined) throw problem;
  const facts = { type, architectures, payload: payload && (await describe(source, payload)) };
  if (payload === undefined || runsHere(architectures)) return facts;
  const { readEntryPointKind } = await import('./entry-point.ts');
  return { ...facts, entryPoint: await readEntryPointKind(file) };
}

async function describe(source: ByteSource, { kind, offset }: PayloadPlace): Promise<PayloadFacts> {
  if (kind !== 'squashfs') return { kind, offset, compression: null };
  const { compression } = parseSuperblock(await source.read(offset, SUPERBLOCK_SIZE));
  return { kind, offset, compression };
}

async function readAppDir(folder: string): Promise<ImageFacts> {
  const { readEntryPoints } = await import('./entry-point.ts');
  const { names, architectures } = await readEntryPoints(folder);
  if (names.length > 0) return { type: 'appdir', architectures, payload: undefined };
  throw new AppImageError('not-found', `Cannot run ${folder}: expected an AppRun in the directory, found none`, {
    path: folder,
  });
}

async function isDirectory(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isDirectory();
  } catch (cause) {
    throw ioError(`Cannot open ${file}`, file, cause);
  }
}
