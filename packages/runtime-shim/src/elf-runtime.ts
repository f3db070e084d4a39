import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The same folder, whether this module runs from `src` or, built, from `dist`. */
const FOLDER = new URL('../dist/', import.meta.url);
const PREFIX = 'runtime-';
/** What a published package has, and "pnpm build" makes. */
const BUILT = ['aarch64', 'armhf', 'i686', 'x86_64'];

/**
 * What is thrown when there is no runtime; recognizable as every error of this toolkit by its name and code, without a
 * dependency on the package that defines them.
 */
class RuntimeError extends Error {
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

/** Architectures for which {@link elfRuntime} has a runtime, sorted, in the spelling of AppImage file names. */
export function availableElfRuntimes(): string[] {
  const names = readFolder();
  return names
    .filter((name) => name.startsWith(PREFIX) && !name.includes('.'))
    .map((name) => name.slice(PREFIX.length))
    .sort();
}

/**
 * Where the runtime for an architecture is, whether it was built or not.
 *
 * @throws RangeError for a name that no architecture has
 */
export function elfRuntimePath(architecture: string): string {
  if (!/^[a-z0-9_]+$/.test(architecture)) {
    throw new RangeError(
      `Cannot find runtime: architecture must be a name such as x86_64, found ${JSON.stringify(architecture)}`,
    );
  }
  return fileURLToPath(new URL(`${PREFIX}${architecture}`, FOLDER));
}

/**
 * The program that makes an AppImage of type 2 start by itself: a static ELF file to which the payload is appended.
 *
 * @example
 * import { availableElfRuntimes, elfRuntime } from '@appimage-js/runtime-shim';
 *
 * for (const architecture of availableElfRuntimes()) {
 *   const { length } = await elfRuntime(architecture);
 *   console.log(`${architecture}: ${length} bytes`);
 * }
 *
 * @throws an error with the code `unsupported` when there is none for the architecture, `io` when reading it fails
 */
export async function elfRuntime(architecture: string): Promise<Uint8Array> {
  const path = elfRuntimePath(architecture);
  try {
    return await readFile(path);
  } catch (cause) {
    throw unreadable(architecture, path, cause);
  }
}

function unreadable(architecture: string, path: string, cause: unknown): RuntimeError {
  if (!isMissing(cause)) return new RuntimeError('io', `Cannot read runtime ${path}: ${cause}`, { path, cause });
  const available = availableElfRuntimes();
  const found = available.length === 0 ? 'none' : available.join(', ');
  const remedy = BUILT.includes(architecture)
    ? 'in a checkout, "pnpm build" makes it, or says what it needs for that'
    : 'to build an image with a runtime from elsewhere, name its file (--runtime-file)';
  return new RuntimeError(
    'unsupported',
    `Cannot find runtime: there must be one for ${architecture}, found ${found}; ${remedy}`,
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
