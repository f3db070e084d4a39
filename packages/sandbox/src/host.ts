import { accessSync, constants } from 'node:fs';
import { elfRuntimePath } from '@appimage-js/runtime-shim';

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
}

/** Node's names of processors where AppImages have others. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'x86_64', ia32: 'i686', arm64: 'aarch64', arm: 'armhf' };

/** Looks at the machine that this process runs on. */
export function readHost(): HostFacts {
  const architecture = ARCHITECTURES[process.arch] ?? process.arch;
  const runtime = elfRuntimePath(architecture);
  return { platform: process.platform, architecture, runtime, runtimeState: runtimeState(runtime) };
}

function runtimeState(path: string): HostFacts['runtimeState'] {
  try {
    accessSync(path, constants.X_OK);
    return 'ready';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'not-executable' : 'missing';
  }
}
