import { isAboutImage } from '../appimage/image-problem.ts';
import { AppImageError, isAppImageError } from '../errors.ts';
import type { ByteSource, ReadOptions } from '../io/byte-source.ts';
import { parseSuperblock, SUPERBLOCK_SIZE } from '../squashfs/superblock.ts';
import { type IntegrationZip, openIntegrationZip } from './integration-zip.ts';
import { parseShImgHeader, type ShImgHeader } from './shimg-header.ts';

/** How far variables are looked for: scripts have a few KiB. */
const HEADER_LENGTH = 65_536;

const MAGICS = [
  ['squashfs', 'hsqs'],
  ['dwarfs', 'DWARFS'],
] as const;

/** The file system image of a shImg. */
export interface ShImgPayload {
  /** By its magic, whatever the script says. */
  readonly kind: 'squashfs' | 'dwarfs';
  /** From the start of the file. */
  readonly offset: number;
  /** To the integration zip or the end of the file: padding may be in it. */
  readonly length: number;
}

/** Something that is wrong with a shImg; its image can be read all the same. */
export interface ShImgProblem {
  readonly part: 'integration-zip' | 'helper';
  readonly error: AppImageError;
}

/** A shImg: an AppImage whose runtime is a shell script. */
export interface ShImg {
  readonly header: ShImgHeader;
  readonly payload: ShImgPayload;
  /** Undefined where there is none, and where it is damaged, which `problems` tell. */
  readonly integrationZip: IntegrationZip | undefined;
  readonly problems: readonly ShImgProblem[];
}

/**
 * Reads what a shImg consists of: its script, of which at most 64 KiB are looked at, the place of its image, and the
 * integration zip at its end.
 *
 * @example
 * ```ts
 * import { type ByteSource, readShImg } from '@appimage-js/format';
 *
 * export async function summaryOf(source: ByteSource): Promise<string> {
 *   const { header, payload, integrationZip } = await readShImg(source);
 *   const updates = await integrationZip?.readUpdateInformation();
 *   return `${payload.kind} for ${header.architectures.join(', ')}, updates from ${updates ?? 'nowhere'}`;
 * }
 * ```
 *
 * @throws AppImageError `malformed` when it is none, or when no image is where the script says. A helper outside of the file
 *   and a damaged zip are among the problems of the result
 */
export async function readShImg(source: ByteSource, options: ReadOptions = {}): Promise<ShImg> {
  const header = parseShImgHeader(await source.read(0, Math.min(source.size, HEADER_LENGTH), options));
  const problems = helperProblems(header, source.size);
  const { kind, offset, end } = await findPayload(source, header.imageOffsets, options);
  const zip = await openIntegrationZip(source, options).catch((error: unknown) => {
    if (!isAboutImage(error)) throw error;
    problems.push({ part: 'integration-zip', error });
    return undefined;
  });
  const integrationZip = zip === undefined || zip.files.start < end ? undefined : zip;
  return {
    header,
    payload: { kind, offset, length: (integrationZip?.files.start ?? source.size) - offset },
    integrationZip,
    problems,
  };
}

function helperProblems({ helpers }: ShImgHeader, size: number): ShImgProblem[] {
  return helpers.flatMap(({ architecture, offset, length }): ShImgProblem[] => {
    if (offset + length <= size) return [];
    const found = `${length} bytes at offset ${offset}`;
    const error = malformed(`helper for ${architecture} must end within ${size} bytes, found ${found}`, offset);
    return [{ part: 'helper', error }];
  });
}

/** The image that begins at one of the offsets, which may count from zero or from one; and the least of where it ends. */
async function findPayload(source: ByteSource, offsets: readonly number[], options: ReadOptions) {
  for (const offset of offsets) {
    const start = Math.max(0, offset - 1);
    const length = Math.min(source.size - start, SUPERBLOCK_SIZE + 2);
    if (length <= 0) continue;
    const bytes = await source.read(start, length, options);
    for (const place of [offset, offset - 1, offset + 1]) {
      const image = bytes.subarray(Math.max(0, place - start));
      const kind = place < start ? undefined : kindOf(image);
      if (kind !== undefined) return { kind, offset: place, end: place + shortestLength(kind, image) };
    }
  }
  const places = offsets.length === 0 ? 'no offset at all' : `neither at ${offsets.join(' nor ')}`;
  throw malformed(`SquashFS or DwarFS image must be where the script says, found ${places}`);
}

function kindOf(image: Uint8Array): ShImgPayload['kind'] | undefined {
  const text = new TextDecoder('latin1').decode(image.subarray(0, 8));
  return MAGICS.find(([, magic]) => text.startsWith(magic))?.[0];
}

/** As long as the image says that it is, where its header tells. */
function shortestLength(kind: ShImgPayload['kind'], image: Uint8Array): number {
  if (kind === 'dwarfs') return 0;
  try {
    return parseSuperblock(image.subarray(0, SUPERBLOCK_SIZE)).bytesUsed;
  } catch (error) {
    if (isAppImageError(error)) return 0; // told by whoever opens the image
    throw error;
  }
}

function malformed(reason: string, offset?: number): AppImageError {
  return new AppImageError('malformed', `Cannot read shImg: ${reason}`, offset === undefined ? {} : { offset });
}
