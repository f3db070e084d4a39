import type { FileEntry, ReadonlyFileSystem } from '../filesystem/readonly-file-system.ts';
import type { ReadOptions } from '../io/byte-source.ts';
import { GrowingBytes } from '../io/growing-bytes.ts';
import { describeIcon } from './format/describe-icon.ts';
import type { IconDescription } from './format/icon-description.ts';
import type { Icon } from './icon.ts';
import type { IconCandidate } from './list-candidates.ts';

/** Where the size nearly always is. */
const HEAD_LENGTH = 16_384;
/** For pictures with long comments or metadata before it. */
const LONG_HEAD_LENGTH = 1_048_576;

/** Looks into a file; `undefined` where it is no icon. Reads its beginning only. */
export async function measureIcon(
  files: ReadonlyFileSystem,
  { file, ...candidate }: IconCandidate,
  options?: ReadOptions,
): Promise<Icon | undefined> {
  const description = await measure(files, file, options);
  return description && { ...candidate, realPath: file.path, ...description };
}

async function measure(
  files: ReadonlyFileSystem,
  file: FileEntry,
  options?: ReadOptions,
): Promise<IconDescription | undefined> {
  const description = await describeIcon(await readStart(files, file, HEAD_LENGTH, options));
  const isComplete = file.stat.size <= HEAD_LENGTH || (description !== undefined && description.width !== null);
  return isComplete ? description : describeIcon(await readStart(files, file, LONG_HEAD_LENGTH, options));
}

async function readStart(
  files: ReadonlyFileSystem,
  file: FileEntry,
  length: number,
  options?: ReadOptions,
): Promise<Uint8Array> {
  const start = new GrowingBytes();
  const end = Math.min(length, file.stat.size);
  for await (const piece of files.readFile(file, { ...options, start: 0, end })) start.append(piece);
  return start.first(end);
}
