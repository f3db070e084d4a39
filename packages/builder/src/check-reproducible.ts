import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  type AppImage,
  type ByteSource,
  DIGEST_SECTION,
  type Elf,
  findSection,
  KEY_SECTION,
  mapAppImage,
  type ReadOptions,
  SIGNATURE_SECTION,
} from '@appimage-js/format';
import { openAppImage } from '@appimage-js/format/node';
import { buildAppImage } from './build-appimage.ts';
import type { BuildOptions, BuiltAppImage } from './build-options.ts';

/** What two builds of the same have in common. */
export interface ReproducibilityReport {
  /** Of the image, in hexadecimal digits. */
  readonly sha256: string;
  /** Null when the two are the same but for the signature, which holds the time of signing. */
  readonly firstDifference: Difference | null;
}

/** Where two images begin to differ. */
export interface Difference {
  /** Offset in the image. */
  readonly offset: number;
  /** The part of the image: a file in it, a section of the runtime, `runtime`, `tables` of the file system, `appendix`, or `length`. */
  readonly part: string;
}

/** An image, and whether a second build was the same. */
export interface CheckedBuild extends BuiltAppImage {
  readonly reproducibility: ReproducibilityReport;
}

const PIECE = 4 * 1024 * 1024;

/** Sections that hold the time of signing, or what follows from the payload: where they differ says nothing. */
const DERIVED = [SIGNATURE_SECTION, KEY_SECTION, DIGEST_SECTION, '.payload_sha256'];

/**
 * Builds an image, and the same once more in a folder beside it that is removed again, and compares the two byte by byte.
 *
 * @throws AppImageError as {@link buildAppImage}
 */
export async function buildAndCompare(options: BuildOptions): Promise<CheckedBuild> {
  const built = await buildAppImage(options);
  const folder = await mkdtemp(join(dirname(built.path), '.appimage-again-'));
  try {
    const again = await buildAppImage({
      ...options,
      output: join(folder, basename(built.path)),
      updateInformation: built.plan.updateInformation ?? undefined, // a guess may go by the folder
      guessFrom: undefined,
    });
    return { ...built, reproducibility: await compareImages(built.path, again.path, { signal: options.signal }) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Compares two images, signatures aside.
 *
 * @throws AppImageError `io` when one can not be read
 */
export async function compareImages(
  path: string,
  other: string,
  { signal }: ReadOptions = {},
): Promise<ReproducibilityReport> {
  await using image = await openAppImage(path, { signal });
  await using second = await openAppImage(other, { signal });
  const { source, elf } = image;
  const hash = createHash('sha256');
  let offset: number | undefined;
  for (let position = 0; position < source.size; position += PIECE) {
    const bytes = await source.read(position, Math.min(PIECE, source.size - position), { signal });
    hash.update(bytes);
    offset ??= await firstDifference({ bytes, position, other: second.source, elf }, { signal });
  }
  if (offset === undefined && source.size !== second.source.size) offset = Math.min(source.size, second.source.size);
  return {
    sha256: hash.digest('hex'),
    firstDifference: offset === undefined ? null : { offset, part: await partAt(image, offset, { signal }) },
  };
}

interface ComparedPiece {
  readonly bytes: Uint8Array;
  /** Offset of the bytes. */
  readonly position: number;
  readonly other: ByteSource;
  readonly elf: Elf | undefined;
}

async function firstDifference(
  { bytes, position, other, elf }: ComparedPiece,
  options: ReadOptions,
): Promise<number | undefined> {
  const length = Math.min(bytes.length, Math.max(0, other.size - position));
  const others = await other.read(position, length, options);
  if (Buffer.compare(bytes.subarray(0, length), others) === 0) return undefined;
  const derived = elf === undefined ? [] : DERIVED.flatMap((name) => findSection(elf, name) ?? []);
  for (let index = 0; index < length; index++) {
    if (bytes[index] === others[index]) continue;
    const at = position + index;
    if (!derived.some(({ offset, size }) => at >= offset && at < offset + size)) return at;
  }
  return undefined;
}

async function partAt(image: AppImage, offset: number, options: ReadOptions): Promise<string> {
  const pieces = await mapAppImage(image, options);
  const piece = pieces.find(({ start, length }) => offset >= start && offset < start + length);
  if (piece === undefined) return 'length';
  if (piece.kind === 'contents') return piece.files[0]?.path ?? piece.kind;
  const section = image.elf?.sections.find(({ offset: start, size }) => offset >= start && offset < start + size);
  return piece.kind === 'runtime' ? (section?.name ?? piece.kind) : piece.kind;
}
