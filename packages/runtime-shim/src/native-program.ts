import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The same folder, whether this module runs from `src` or, built, from `dist`. */
const FOLDER = new URL('../dist/', import.meta.url);
/** What a published package has, and "pnpm build" makes. */
const BUILT = ['aarch64', 'armhf', 'i686', 'x86_64'];

/** A kind of program that is built for each architecture. */
export interface NativeKind {
  /** What its files are called, in front of a hyphen and the architecture. */
  readonly file: string;
  /** How messages call it. */
  readonly called: string;
  /** What somebody can do who has none for an architecture that nobody builds it for. */
  readonly remedy: string;
}

/**
 * What is thrown when there is no program; recognizable as every error of this toolkit by its name and code, without a
 * dependency on the package that defines them.
 */
class NativeProgramError extends Error {
  override readonly name = 'AppImageError';
  readonly code: 'unsupported' | 'io';
  readonly path: string;

  constructor(code: 'unsupported' | 'io', message: string, { path, cause }: { path: string; cause: unknown }) {
    super(message, { cause });
    this.code = code;
    this.path = path;
  }

  /** The fields of the error as a plain object, for `--json` and logs. */
  toJSON(): Record<string, unknown> {
    const { code, message, path } = this;
    return { code, message, path };
  }
}

/** Architectures for which there is a program of that kind, sorted. */
export function availableNativePrograms({ file }: NativeKind): string[] {
  const prefix = `${file}-`;
  return readFolder()
    .filter((name) => name.startsWith(prefix) && !name.includes('.'))
    .map((name) => name.slice(prefix.length))
    .sort();
}

/**
 * Where the program for an architecture is, whether it was built or not.
 *
 * @throws RangeError for a name that no architecture has
 */
export function nativeProgramPath({ file, called }: NativeKind, architecture: string): string {
  if (!/^[a-z0-9_]+$/.test(architecture)) {
    throw new RangeError(
      `Cannot find ${called}: architecture must be a name such as x86_64, found ${JSON.stringify(architecture)}`,
    );
  }
  return fileURLToPath(new URL(`${file}-${architecture}`, FOLDER));
}

/**
 * The bytes of the program for an architecture.
 *
 * @throws an error with the code `unsupported` when there is none, `io` when reading it fails
 */
export async function readNativeProgram(kind: NativeKind, architecture: string): Promise<Uint8Array> {
  const path = nativeProgramPath(kind, architecture);
  try {
    return await readFile(path);
  } catch (cause) {
    throw unreadable(kind, architecture, { path, cause });
  }
}

function unreadable(
  kind: NativeKind,
  architecture: string,
  { path, cause }: { path: string; cause: unknown },
): NativeProgramError {
  const { called, remedy } = kind;
  if (!isMissing(cause))
    return new NativeProgramError('io', `Cannot read ${called} ${path}: ${cause}`, { path, cause });
  const available = availableNativePrograms(kind);
  const found = available.length === 0 ? 'none' : available.join(', ');
  const help = BUILT.includes(architecture)
    ? 'in a checkout, "pnpm build" makes it, or says what it needs for that'
    : remedy;
  return new NativeProgramError(
    'unsupported',
    `Cannot find ${called}: there must be one for ${architecture}, found ${found}; ${help}`,
    { path, cause },
  );
}

function readFolder(): string[] {
  try {
    return readdirSync(FOLDER);
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw cause;
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}
