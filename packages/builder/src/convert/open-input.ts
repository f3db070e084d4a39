import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  type AppImage,
  type AppImageDescription,
  AppImageError,
  bufferSource,
  describeAppImage,
  Iso9660Image,
  isAppImageError,
  type ReadOptions,
  readArchitecture,
  readWholeFile,
  resolvePath,
  SquashfsImage,
} from '@appimage-js/format';
import { openAppImage } from '@appimage-js/format/node';
import { diskError } from '../inspect/local-file.ts';
import { showPath } from '../show-path.ts';

/** The image that is converted, open. */
export interface ConversionInput extends AsyncDisposable {
  /** Absolute path. */
  readonly path: string;
  readonly image: AppImage;
  readonly description: AppImageDescription;
}

const ELF_HEADER_SIZE = 64;
/** Where programs are, for an image that does not say what it runs on. */
const PROGRAM_FOLDERS = ['usr/bin', 'bin', 'usr/lib', 'lib', ''];
/** So many files of a folder are looked at. */
const CANDIDATES = 64;

/**
 * Opens an image of any kind and finds out what it says of itself. It is not run.
 *
 * @throws AppImageError `unsupported` for what is no image, and for a kind that can not be read here; as the image does where it
 *   is damaged
 */
export async function openInput(input: string, { signal }: ReadOptions): Promise<ConversionInput> {
  const path = resolve(input);
  await refuseDirectory(path);
  const image = await openAppImage(path, { signal });
  try {
    if (image.problem !== undefined) throw about(path, image.problem);
    const description = await describeAppImage(image, { signal });
    return { path, image, description, [Symbol.asyncDispose]: () => image.close() };
  } catch (error) {
    await image.close();
    throw error;
  }
}

/** When its file system was made, in seconds since 1970; 0 where that is not known. */
export function creationTime({ files }: AppImage): number {
  const time =
    files instanceof SquashfsImage
      ? files.superblock.mkfsTime
      : files instanceof Iso9660Image
        ? files.volume.createdAt
        : undefined;
  return Math.max(0, Math.min(Math.floor(time ?? 0), 0xffff_ffff));
}

/** What the image runs on: what it says itself, else what its programs are for. Empty where neither tells. */
export async function architecturesOf(
  { image, description }: ConversionInput,
  options: ReadOptions,
): Promise<readonly string[]> {
  if (description.architectures.length > 0) return description.architectures;
  for (const path of await programPaths(image, description, options)) {
    const architecture = await architectureOf(image, path, options);
    if (architecture !== undefined) return [architecture];
  }
  return [];
}

/** The content of a file by its path, links followed; undefined where there is none of at most that many bytes. */
export async function readInput(
  { files }: AppImage,
  path: string,
  { maximumLength, signal }: ReadOptions & { readonly maximumLength: number },
): Promise<Uint8Array | undefined> {
  try {
    const file = await resolvePath(files, path, { signal });
    if (file.stat.type !== 'file' || file.stat.size > maximumLength) return undefined;
    return await readWholeFile(files, file, { signal, maximumLength });
  } catch (error) {
    if (isAppImageError(error) && error.code === 'not-found') return undefined;
    throw error;
  }
}

async function programPaths(
  { files }: AppImage,
  { entryPoint }: AppImageDescription,
  options: ReadOptions,
): Promise<string[]> {
  const paths = entryPoint === null ? [] : [entryPoint];
  for (const folder of PROGRAM_FOLDERS) {
    const entries = await files.readDirectory(folder, options).catch((error: unknown) => {
      if (isAppImageError(error) && error.code === 'not-found') return [];
      throw error;
    });
    paths.push(...entries.map(({ path }) => path).slice(0, CANDIDATES));
  }
  return paths;
}

async function architectureOf({ files }: AppImage, path: string, options: ReadOptions): Promise<string | undefined> {
  const file = await resolvePath(files, path, options).catch(() => undefined);
  if (file?.stat.type !== 'file' || file.stat.size < ELF_HEADER_SIZE) return undefined;
  const head = new Uint8Array(ELF_HEADER_SIZE);
  let filled = 0;
  for await (const piece of files.readFile(file, { start: 0, end: ELF_HEADER_SIZE, ...options })) {
    head.set(piece, filled);
    filled += piece.length;
  }
  return await readArchitecture(bufferSource(head));
}

async function refuseDirectory(path: string): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => {
    throw diskError('Cannot read', path, cause);
  });
  if (!found.isDirectory()) return;
  throw new AppImageError(
    'unsupported',
    `Cannot convert ${showPath(path)}: it must be an image, found a directory; to make an image of an AppDir, build it`,
    { path },
  );
}

function about(path: string, problem: AppImageError): AppImageError {
  return new AppImageError(problem.code, `Cannot convert ${showPath(path)}: ${problem.message}`, {
    path,
    cause: problem,
  });
}
