import { resolve } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import type { HostFacts } from './host.ts';
import type { ImageFacts } from './image.ts';

/** What is to be started, and what is known about it. */
export interface LaunchRequest {
  /** Path of the image. */
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
  readonly cwd: string;
}

/** What the runtime can mount. */
const PAYLOADS: readonly string[] = ['squashfs'];

/** Architectures whose programs run on another one as well. */
const COMPATIBLE: Readonly<Record<string, readonly string[]>> = { x86_64: ['i686'], aarch64: ['armhf'] };

/**
 * Plans to start an image by the runtime of this toolkit, whichever the image itself has: a file that is not executable, or
 * whose own runtime needs a library that is not there, starts as well. Neither the disk nor the clock is asked.
 *
 * @throws AppImageError `unsupported` for what can not be started on this host; the message says why and what to do
 */
export function planLaunch(request: LaunchRequest): LaunchPlan {
  const { file, args = [], env = process.env, cwd = process.cwd(), image, host } = request;
  const path = resolve(cwd, file);
  const offset = checkImage({ file, path }, image);
  checkHost({ file, path }, image, host);
  return {
    command: host.runtime,
    argv0: file,
    args,
    env: {
      ...definedOnly(env),
      TARGET_APPIMAGE: path,
      TARGET_APPIMAGE_OFFSET: String(offset),
    },
    cwd,
  };
}

/** The image as the user named it, for messages, and where it is. */
interface Target {
  readonly file: string;
  readonly path: string;
}

/** Answers the offset of the file system. */
function checkImage({ file, path }: Target, { type, payload }: ImageFacts): number {
  if (payload === undefined) {
    const found = type === 'elf' ? 'a program without a file system behind it' : 'a file of another kind';
    throw unsupported(path, `Cannot run ${file}: expected an AppImage, found ${found}`);
  }
  if (!PAYLOADS.includes(payload.kind)) {
    throw unsupported(
      path,
      `Cannot run ${file}: its file system must be ${PAYLOADS.join(' or ')}, found ${payload.kind}; if the file is executable, it may start by itself`,
    );
  }
  return payload.offset;
}

function checkHost({ file, path }: Target, { architecture }: ImageFacts, host: HostFacts): void {
  if (host.platform !== 'linux') {
    throw unsupported(path, `Cannot run ${file}: AppImages run on Linux, this is ${host.platform}`);
  }
  if (architecture !== undefined && !runsOn(architecture, host.architecture)) {
    throw unsupported(
      path,
      `Cannot run ${file}: it is for ${architecture}, this machine is ${host.architecture}; get the AppImage for ${host.architecture}`,
    );
  }
  if (host.runtimeState === 'missing') {
    throw unsupported(
      path,
      `Cannot run ${file}: there is no runtime for ${host.architecture} at ${host.runtime}; if the file is executable, it may start by itself`,
    );
  }
  if (host.runtimeState === 'not-executable') {
    throw new AppImageError(
      'not-permitted',
      `Cannot run ${file}: the runtime ${host.runtime} is not executable; chmod +x it, or install the package on a file system that is not mounted noexec`,
      { path },
    );
  }
}

function runsOn(architecture: string, host: string): boolean {
  return architecture === host || (COMPATIBLE[host]?.includes(architecture) ?? false);
}

function unsupported(path: string, message: string): AppImageError {
  return new AppImageError('unsupported', message, { path });
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
