import {
  type ByteSource,
  bufferSource,
  cacheSource,
  decodeFileName,
  type Elf,
  type FileEntry,
  isAboutImage,
  type ReadonlyFileSystem,
  readElf,
  readWholeFile,
} from '@appimage-js/format';

/** How many bytes of every file are read whether somebody asks for them or not. */
const HEAD_LENGTH = 4096;

/** A regular file of the image while it is visited. */
export interface VisitedFile {
  readonly entry: FileEntry;
  /** The same as `entry.path`. */
  readonly path: string;
  /** The first 4,096 bytes, or all if there are fewer. */
  readonly head: Uint8Array;
  /** Any range of the content. Files of at most 1 MiB are read once as a whole, larger ones by ranges with a cache. */
  readonly source: ByteSource;
  /** The structure, parsed once for all checks; undefined for what is no ELF file, or a damaged one. */
  elf(): Promise<Elf | undefined>;
  /**
   * The whole content as text, bytes that are no UTF-8 escaped as in `decodeFileName`; undefined for binaries (a NUL in the
   * first 4,096 bytes) and for more than `maximumLength` bytes (default 1 MiB).
   */
  text(maximumLength?: number): Promise<string | undefined>;
}

/** Up to this size a file is read as a whole when more than its head is wanted. */
const SMALL = 1_048_576;
/** Up to this size the head is as dear as the whole. */
const TINY = 131_072;

/** What a larger file's blocks may take while it is visited. */
const CACHE = { blockSize: 131_072, capacity: 8 * SMALL, readAhead: 0 };

const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46];

/** Begins to read a file for a visit. */
export async function visitFile(
  files: ReadonlyFileSystem,
  entry: FileEntry,
  signal: AbortSignal | undefined,
): Promise<VisitedFile> {
  const { size } = entry.stat;
  const whole = once(() => readWholeFile(files, entry, { maximumLength: SMALL, signal }));
  const head = size <= TINY ? (await whole()).subarray(0, HEAD_LENGTH) : await readRange(files, entry, 0, HEAD_LENGTH);
  const source = size <= SMALL ? wholeSource(size, whole) : cacheSource(rangeSource(files, entry), CACHE);
  const elf = once(() => (isElf(head) ? tryReadElf(source, signal) : Promise.resolve(undefined)));
  const text = once(async () => decodeFileName(await source.read(0, size, { signal })));
  return {
    entry,
    path: entry.path,
    head,
    source,
    elf,
    async text(maximumLength = SMALL) {
      return size > maximumLength || head.includes(0) ? undefined : text();
    },
  };
}

function isElf(head: Uint8Array): boolean {
  return ELF_MAGIC.every((byte, index) => head[index] === byte);
}

async function tryReadElf(source: ByteSource, signal: AbortSignal | undefined): Promise<Elf | undefined> {
  try {
    return await readElf(source, { signal });
  } catch (error) {
    if (isAboutImage(error)) return undefined;
    throw error;
  }
}

/** Calls a function when its answer is first wanted, and keeps that. */
function once<Result>(compute: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= compute();
    return result;
  };
}

function wholeSource(size: number, whole: () => Promise<Uint8Array>): ByteSource {
  return {
    size,
    read: async (offset, length, options) => bufferSource(await whole()).read(offset, length, options),
  };
}

function rangeSource(files: ReadonlyFileSystem, entry: FileEntry): ByteSource {
  const { size } = entry.stat;
  return {
    size,
    read: (offset, length, options) => readRange(files, entry, offset, length, options?.signal),
  };
}

async function readRange(
  files: ReadonlyFileSystem,
  entry: FileEntry,
  start: number,
  length: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  for await (const piece of files.readFile(entry, { start, end: start + length, signal })) {
    bytes.set(piece, filled);
    filled += piece.length;
  }
  return bytes;
}
