import { isAbsolute, resolve } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import type { Contents } from './contents.ts';
import { type HostFacts, runsOn } from './host.ts';
import type { ImageFacts } from './image.ts';

/** What is to be started, and what is known about it. */
export interface LaunchRequest {
  /** Path of the image, or of an AppDir. */
  readonly file: string;
  /**
   * Arguments, as the image itself would take them: a first one of `--appimage-…` is for the runtime, unless a `--` stands
   * before it. Default: none.
   */
  readonly args?: readonly string[];
  /** Environment of the application. Default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Working directory of the application, which a relative `file` is relative to. Default: that of this process. */
  readonly cwd?: string;
  readonly image: ImageFacts;
  readonly host: HostFacts;
  /** What {@link provideContents} answered. Default: `runtime`. */
  readonly contents?: Contents;
  /** A program to start the application through, such as a sandbox. */
  readonly through?: LaunchThrough;
}

/** A program that is started instead of the application's entry point, and starts that itself. */
export interface LaunchThrough {
  /** Absolute path. */
  readonly program: string;
  /**
   * Its arguments; those of the application follow. The first that begins with {@link CONTENTS} gets the folder of the
   * application's files in the place of that word.
   */
  readonly args: readonly string[];
}

/** How the application is started: everything that `spawn` and `exec` need. */
export interface LaunchPlan {
  /** Path of the program: the runtime of this toolkit. */
  readonly command: string;
  /** What the application sees as the name that it was called by. */
  readonly argv0: string;
  /** The arguments after that. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** "." where this process's own has been removed: the application then has none, either. */
  readonly cwd: string;
}

/** Stands for the folder of the application's files, which is known only when it is mounted. */
export const CONTENTS = '@APPDIR@';

/** Whatever this process itself was started with is not meant for the runtime that it starts. */
const OWN_VARIABLES: readonly string[] = [
  'TARGET_APPIMAGE',
  'TARGET_APPIMAGE_OFFSET',
  'TARGET_APPIMAGE_ARGV0',
  'TARGET_APPIMAGE_CONTENTS',
  'TARGET_APPIMAGE_PROGRAM',
];

/**
 * Plans to start an image by the runtime of this toolkit, whichever the image itself has: a file that is not executable, or
 * whose own runtime needs a library that is not there, starts as well. Neither the disk nor the clock is asked.
 *
 * @throws AppImageError `unsupported` for what can not be started on this host; the message says why and what to do
 */
export function planLaunch(request: LaunchRequest): LaunchPlan {
  const { file, args = [], env = process.env, cwd = workingDirectory(), image, host, contents = 'runtime' } = request;
  const path = isAbsolute(file) ? file : resolve(cwd, file);
  const variables = targetVariables({ file, path }, image, contents);
  checkHost({ file, path }, host);
  const through = request.through ?? throughEmulator({ file, path }, image, host);
  if (through !== undefined) variables['TARGET_APPIMAGE_PROGRAM'] = through.program;
  return {
    command: host.runtime,
    argv0: file,
    args: through === undefined ? args : [...through.args, ...withoutEscape(args)],
    env: { ...definedOnly(env), ...variables },
    cwd,
  };
}

/** That of this process; "." where it has been removed. */
export function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return '.';
  }
}

/** The image as the user named it, for messages, and where it is. */
interface Target {
  readonly file: string;
  readonly path: string;
}

/** What tells the runtime which file it is about. */
function targetVariables(target: Target, image: ImageFacts, contents: Contents): Record<string, string> {
  if (image.type === 'appdir') return { TARGET_APPIMAGE: target.path };
  const { kind, offset } = checkPayload(target, image);
  const variables = { TARGET_APPIMAGE: target.path, TARGET_APPIMAGE_OFFSET: String(offset) };
  if (contents !== 'runtime') return { ...variables, TARGET_APPIMAGE_CONTENTS: contents.directory };
  if (kind === 'squashfs' || kind === 'iso9660') return variables;
  throw unsupported(
    target,
    `its file system must be squashfs or iso9660, or be unpacked before, found ${kind}; if the file is executable, it may start by itself`,
  );
}

function checkPayload(target: Target, { type, payload }: ImageFacts): NonNullable<ImageFacts['payload']> {
  if (payload !== undefined) return payload;
  const found = type === 'elf' ? 'a program without a file system behind it' : 'a file of another kind';
  throw unsupported(target, `expected an AppImage, found ${found}`);
}

function checkHost(target: Target, host: HostFacts): void {
  if (host.platform !== 'linux') throw unsupported(target, `AppImages run on Linux, this is ${host.platform}`);
  if (host.runtimeState === 'missing') {
    throw unsupported(
      target,
      `there is no runtime for ${host.architecture} at ${host.runtime}; if the file is executable, it may start by itself`,
    );
  }
  if (host.runtimeState === 'not-executable') {
    throw new AppImageError(
      'not-permitted',
      `Cannot run ${target.file}: the runtime ${host.runtime} is not executable; chmod +x it, or install the package on a file system that is not mounted noexec`,
      { path: target.path },
    );
  }
}

/** Nothing for an image that runs here; where the kernel knows an emulator, it needs no help. */
function throughEmulator(target: Target, image: ImageFacts, host: HostFacts): LaunchThrough | undefined {
  const { architectures } = image;
  const native = architectures.length === 0 || architectures.some((name) => runsOn(name, host.architecture));
  if (native) return undefined;
  const [architecture, emulator] = Object.entries(host.emulators ?? {})[0] ?? [];
  if (architecture === undefined || emulator === undefined) throw foreign(target, architectures, host);
  if (emulator.by === 'binfmt') return undefined;
  if (image.entryPoint === 'script') throw foreignScript(target, emulator.path);
  return { program: emulator.path, args: ['-0', target.file, `${CONTENTS}/AppRun`] };
}

function foreign(target: Target, architectures: readonly string[], { architecture }: HostFacts): AppImageError {
  return unsupported(
    target,
    `it is for ${architectures.join(' and ')}, this machine is ${architecture}; get the AppImage for ${architecture}, or install QEMU's user mode with its binfmt entries (Debian and Ubuntu: qemu-user-static, Fedora: qemu-user-static, Arch: qemu-user-static-binfmt, Alpine: qemu-${architectures[0] ?? 'aarch64'} and qemu-openrc)`,
  );
}

/** The programs that it starts are for another machine as well, and only the kernel can have them emulated. */
function foreignScript(target: Target, emulator: string): AppImageError {
  return unsupported(
    target,
    `what is started in it is a script, whose programs ${emulator} can run only where the kernel knows it; register it as a handler (Debian and Ubuntu: apt install qemu-user-static binfmt-support, others: systemctl restart systemd-binfmt)`,
  );
}

/** The runtime takes a `--` away only where it stands first. */
function withoutEscape(args: readonly string[]): readonly string[] {
  return args[0] === '--' && args[1]?.startsWith('--appimage-') ? args.slice(1) : args;
}

function unsupported({ file, path }: Target, reason: string): AppImageError {
  return new AppImageError('unsupported', `Cannot run ${file}: ${reason}`, { path });
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries.filter(([name]) => !OWN_VARIABLES.includes(name)));
}
