import { hash } from 'node:crypto';
import { shellRuntime } from '@appimage-js/runtime-shim';
import type { Runtime } from './runtime.ts';

/** What the shell runtime of a shImg is made for. */
export interface ShellRuntimeChoice {
  readonly architectures: readonly string[];
  readonly compression: string;
}

/**
 * The shell runtime of a shImg, as long as it will be, though it does not know yet how long the zip behind the payload is.
 *
 * @throws an error with the code `unsupported` where there is no helper for an architecture
 */
export async function readShellRuntime({ architectures, compression }: ShellRuntimeChoice): Promise<Runtime> {
  const { bytes } = await shellRuntime({ payload: { kind: 'squashfs', compression }, architectures });
  return { file: null, bytes, elf: null, payloadMethods: null, sha256: hash('sha256', bytes, 'hex') };
}
