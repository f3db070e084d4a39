import { readFile } from 'node:fs/promises';
import { elfRuntime } from '../elf-runtime.ts';
import { PACKAGE_FOLDER } from '../package-folder.ts';
import { packHelpers } from './helpers.ts';
import { makeScript } from './script.ts';

/** What {@link shellRuntime} is to start. */
export interface ShellRuntimeOptions {
  readonly payload: {
    /** A DwarFS image is mounted or unpacked by the host's own `dwarfs` or `dwarfsextract`; no helper reads it. */
    readonly kind: 'squashfs' | 'dwarfs';
    /** As `mksquashfs -comp` spells it: for the header only. */
    readonly compression: string;
  };
  /**
   * Architectures to start on without anything of the host, in the spelling of AppImage file names: x86_64, i686, armhf,
   * aarch64. With none, the file needs `squashfuse` or `unsquashfs` of the host.
   */
  readonly architectures: readonly string[];
  /** Native programs to take instead of the toolkit's own, by architecture. */
  readonly helpers?: ReadonlyMap<string, Uint8Array> | undefined;
  /** Bytes of the zip behind the payload. Default: there is none. The runtime's length does not depend on it. */
  readonly integrationZipLength?: number | undefined;
  /** What `--appimage-version` answers, of letters, digits and `.+~-`. Default: this package's. */
  readonly version?: string | undefined;
  /** Leaves comments and indentation in the script. Default: false. */
  readonly readable?: boolean | undefined;
}

/** Where a helper is in a {@link ShellRuntime}, compressed by gzip. */
export interface ShellRuntimeHelper {
  /** In the spelling of AppImage file names. */
  readonly architecture: string;
  /** From the start of the file, counted from zero. */
  readonly offset: number;
  readonly length: number;
}

/** What comes before the payload of a shImg. */
export interface ShellRuntime {
  /** Exactly `payloadOffset` of them. */
  readonly bytes: Uint8Array;
  /** Where the payload must begin: a multiple of 4,096. */
  readonly payloadOffset: number;
  readonly helpers: readonly ShellRuntimeHelper[];
}

/** Between script and helpers: no shell reads so far, and whoever looks at the file sees a text that ends. */
const FILLER = '\n'.charCodeAt(0);

/**
 * The program that makes a shImg start by itself: a POSIX shell script with a native program for each architecture. The payload
 * is to be appended, then the integration zip. The same options give the same bytes.
 *
 * @example
 * import { availableElfRuntimes, shellRuntime } from '@appimage-js/runtime-shim';
 *
 * const runtime = await shellRuntime({
 *   payload: { kind: 'squashfs', compression: 'zstd' },
 *   architectures: availableElfRuntimes(),
 * });
 * console.log(`the payload begins at ${runtime.payloadOffset}`);
 *
 * @throws RangeError for options that are not valid
 * @throws an error with the code `unsupported` where there is no native program for an architecture
 */
export async function shellRuntime(options: ShellRuntimeOptions): Promise<ShellRuntime> {
  const { payload, architectures, integrationZipLength = 0, readable = false } = options;
  const { version = await ownVersion() } = options;
  checkWord('compression', payload.compression);
  checkWord('version', version);
  if (!Number.isSafeInteger(integrationZipLength) || integrationZipLength < 0) {
    throw new RangeError(
      `Cannot make shell runtime: length of the zip must be a number of bytes, found ${integrationZipLength}`,
    );
  }
  const programs = await readHelpers(architectures, options.helpers);
  const { bytes, helpers, payloadOffset } = await makeScript({
    imageType: payload.kind,
    imageCompression: payload.compression,
    helpers: packHelpers(programs),
    tailLength: integrationZipLength,
    version,
    readable,
  });
  const runtime = new Uint8Array(payloadOffset).fill(FILLER, 0, helpers[0]?.offset ?? payloadOffset);
  runtime.set(bytes);
  for (const helper of helpers) runtime.set(helper.bytes, helper.offset);
  return {
    bytes: runtime,
    payloadOffset,
    helpers: helpers.map(({ architecture, offset, bytes: { length } }) => ({ architecture, offset, length })),
  };
}

async function readHelpers(architectures: readonly string[], given: ReadonlyMap<string, Uint8Array> | undefined) {
  const programs = new Map<string, Uint8Array>();
  for (const architecture of architectures) {
    programs.set(architecture, given?.get(architecture) ?? (await elfRuntime(architecture)));
  }
  return programs;
}

/** Words that stand in the script as they are. */
function checkWord(what: string, word: string): void {
  if (/^[A-Za-z0-9.+~-]{1,64}$/.test(word)) return;
  throw new RangeError(
    `Cannot make shell runtime: ${what} must be letters, digits and ".+~-", found ${JSON.stringify(word)}`,
  );
}

async function ownVersion(): Promise<string> {
  const { version }: { version: string } = JSON.parse(await readFile(new URL('package.json', PACKAGE_FOLDER), 'utf8'));
  return version;
}
