import type { Decompressors } from '../compression/codec.ts';
import type { Elf } from '../elf/read-elf.ts';
import { AppImageError } from '../errors.ts';
import type { ImageLimits } from '../filesystem/image-limits.ts';
import type { ReadonlyFileSystem } from '../filesystem/readonly-file-system.ts';
import type { ByteSource } from '../io/byte-source.ts';
import { type OpenedSource, type OpenSourceOptions, openSource, type SourceInput } from '../io/open-source.ts';
import type { ShImg } from '../shimg/read-shimg.ts';
import { type DetectedImage, detectImage, type ImageType } from './detect-image.ts';
import { isAboutImage } from './image-problem.ts';
import { type OpenedPayload, openPayload, type Payload, type PayloadOpeners } from './open-payload.ts';
import { refineType } from './refine-type.ts';
import { unreadableFiles } from './unreadable-files.ts';

/** Options of {@link openAppImage}. */
export interface OpenAppImageOptions extends OpenSourceOptions {
  /** The methods that can be decompressed. Default: all, each loaded when an image needs it. */
  readonly decompressors?: Decompressors;
  readonly limits?: ImageLimits;
  /** Readers of file systems for which a host has its own means. Default: those of this package. */
  readonly openers?: PayloadOpeners;
}

/** An image that was opened, of whichever type; closing it closes what was opened for it. */
export interface AppImage extends AsyncDisposable {
  /** Where the files open on use, a NixAppImage is `type-2` here, and recognized by `describeAppImage`. */
  readonly type: ImageType;
  /** As it was opened; of a URL, it tells what was fetched. */
  readonly source: OpenedSource;
  /** In the specification's spelling: `x86_64`, `i686`, `armhf`, `aarch64`; empty where nothing says. */
  readonly architectures: readonly string[];
  readonly elf: Elf | undefined;
  /** The shell runtime's header, of a shImg. */
  readonly shImg: ShImg | undefined;
  /** Null where there is no file system at all: a bare program, a script, anything else. */
  readonly payload: Payload | null;
  /** Every method fails with `problem` where there is one. */
  readonly files: ReadonlyFileSystem;
  /** Why the files can not be read: `malformed`, `out-of-bounds`, `limit` or `unsupported`. */
  readonly problem: AppImageError | undefined;
  /** Whether the first use of `files` makes them available, at the cost of reading the whole image, and may fail at that. */
  readonly opensOnUse: boolean;
  close(): Promise<void>;
}

/**
 * Opens a file of any kind: recognizes it by its content and opens the file system in it. A file that is no image, and
 * one whose payload is damaged or needs what is not here, is opened as well: `type` says what it is, `problem` what is
 * wrong, and `files` fails with that when it is used.
 *
 * @example
 * ```ts
 * import { openAppImage } from '@appimage-js/format';
 *
 * export async function listRoot(input: Blob | URL | Uint8Array): Promise<string[]> {
 *   await using image = await openAppImage(input);
 *   return (await image.files.readDirectory('')).map((entry) => entry.path);
 * }
 * ```
 *
 * @throws AppImageError `malformed` or `out-of-bounds` when the file's own header is damaged, `io` when reading fails
 */
export async function openAppImage(input: SourceInput, options: OpenAppImageOptions = {}): Promise<AppImage> {
  const source = await openSource(input, options);
  let opened: Awaited<ReturnType<typeof tryOpenPayload>> | undefined;
  const close = async () => {
    try {
      await opened?.close?.();
    } finally {
      await source.close();
    }
  };
  try {
    const detected = await detectImage(source, options);
    opened = await tryOpenPayload(source, detected, options);
    const { payload, files, problem, opensOnUse = false } = opened;
    const isLeftAlone = problem !== undefined || opensOnUse;
    return {
      ...detected,
      type: isLeftAlone ? detected.type : await refineType(detected.type, files, options),
      source,
      payload,
      files,
      problem,
      opensOnUse,
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close().catch(() => undefined); // why it can not be opened is what matters
    throw error;
  }
}

async function tryOpenPayload(
  source: ByteSource,
  { type, payload: place, problem: damage }: DetectedImage,
  options: OpenAppImageOptions,
): Promise<Omit<OpenedPayload, 'payload'> & { readonly payload: Payload | null }> {
  if (place === undefined) {
    const problem = damage ?? noPayload(type);
    return { payload: null, files: unreadableFiles(problem), problem };
  }
  try {
    return await openPayload(source, place, options);
  } catch (problem) {
    if (!isAboutImage(problem)) throw problem;
    const payload = { ...place, length: null, version: null, compression: null, blockSize: null };
    return { payload, files: unreadableFiles(problem), problem };
  }
}

const OTHER_KINDS: Partial<Readonly<Record<ImageType, string>>> = {
  elf: 'an ELF file without a file system behind it',
  script: 'a script',
};

function noPayload(type: ImageType): AppImageError {
  const found = OTHER_KINDS[type] ?? 'a file of another kind';
  return new AppImageError('unsupported', `Cannot open image: expected an AppImage or a file system, found ${found}`);
}
