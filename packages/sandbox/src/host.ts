import { accessSync, constants } from 'node:fs';
import { readElf, readPayloadMethods } from '@appimage-js/format';
import { openFileSource } from '@appimage-js/format/node';
import { elfRuntimePath } from '@appimage-js/runtime-shim/paths';
import { type Emulator, findEmulator } from './emulator.ts';

/** What a plan has to know about the machine. */
export interface HostFacts {
  /** As `process.platform` has it; AppImages run on `linux`. */
  readonly platform: string;
  /** In the spelling of AppImage file names: `x86_64`, `aarch64` … */
  readonly architecture: string;
  /** Where the runtime for this machine is. */
  readonly runtime: string;
  /** Whether the runtime is there and may be executed. */
  readonly runtimeState: 'ready' | 'missing' | 'not-executable';
  /** What runs programs for other machines, by their architecture. */
  readonly emulators?: Readonly<Record<string, Emulator>>;
}

/** Node's names of processors where AppImages have others. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'x86_64', ia32: 'i686', arm64: 'aarch64', arm: 'armhf' };

/** Options of {@link readHost}. */
export interface ReadHostOptions {
  /** Of an image that is to be started: for what this machine does not run by itself, an emulator is looked for. */
  readonly architectures?: readonly string[];
  /** Where programs are looked for. Default: that of this process. */
  readonly path?: string | undefined;
}

/** Looks at the machine that this process runs on. */
export function readHost({ architectures = [], path = process.env['PATH'] }: ReadHostOptions = {}): HostFacts {
  const architecture = ARCHITECTURES[process.arch] ?? process.arch;
  const runtime = elfRuntimePath(architecture);
  const facts = { platform: process.platform, architecture, runtime, runtimeState: runtimeState(runtime) };
  if (runsHere(architectures)) return facts;
  const found = architectures.map((other) => [other, findEmulator(other, path)] as const);
  return {
    ...facts,
    emulators: Object.fromEntries(found.filter((entry): entry is [string, Emulator] => entry[1] !== undefined)),
  };
}

/** Architectures whose programs run on another one as well. */
const COMPATIBLE: Readonly<Record<string, readonly string[]>> = { x86_64: ['i686'], aarch64: ['armhf'] };

/** Whether programs for an architecture run on a host of another one without help. */
export function runsOn(architecture: string, host: string): boolean {
  return architecture === host || (COMPATIBLE[host]?.includes(architecture) ?? false);
}

/** Whether this machine runs what is for one of these architectures, or for none in particular. */
export function runsHere(architectures: readonly string[]): boolean {
  const own = ARCHITECTURES[process.arch] ?? process.arch;
  return architectures.length === 0 || architectures.some((other) => runsOn(other, own));
}

/**
 * What the runtime of this host can open beside the compressions that every one of ours can: the words of its section
 * `.payload_methods`, such as `iso9660`.
 */
export async function readRuntimeMethods({ runtime, runtimeState }: HostFacts): Promise<readonly string[]> {
  if (runtimeState !== 'ready') return [];
  await using source = await openFileSource(runtime);
  return (await readPayloadMethods(source, await readElf(source))) ?? [];
}

/** What the runtime wants to know before it answers about the host: any file will do, and it is one itself. */
export function aboutItself({ runtime }: HostFacts): Readonly<Record<string, string>> {
  return { TARGET_APPIMAGE: runtime, TARGET_APPIMAGE_OFFSET: '0' };
}

function runtimeState(path: string): HostFacts['runtimeState'] {
  try {
    accessSync(path, constants.X_OK);
    return 'ready';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'not-executable' : 'missing';
  }
}
