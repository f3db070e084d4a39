import { execa } from 'execa';
import type { BenchFolder } from './bench-folder.ts';
import type { Input } from './inputs.ts';

/** A compression that both sides know. */
export interface Method {
  readonly comp: 'zstd' | 'gzip';
  readonly level: number;
}

/** The compressions that are compared. */
export const METHODS: readonly Method[] = [
  { comp: 'zstd', level: 15 },
  { comp: 'gzip', level: 9 },
];

/** Where an image's file system is. */
export interface Payload {
  readonly offset: number;
  readonly length: number;
}

/** The inputs have no program that tells theirs. */
const ARCHITECTURE = process.arch === 'arm64' ? 'aarch64' : 'x86_64';

/** Runs `appimage build`. */
export async function build(
  { command }: BenchFolder,
  input: Input,
  output: string,
  { comp, level }: Method,
): Promise<void> {
  await execa(process.execPath, [
    command,
    'build',
    input.path,
    '-o',
    output,
    '--arch',
    ARCHITECTURE,
    '--comp',
    comp,
    '--level',
    String(level),
  ]);
}

/** Runs `appimage info --json` for where the payload is. */
export async function payloadOf({ command }: BenchFolder, image: string): Promise<Payload> {
  const { stdout } = await execa(process.execPath, [command, 'info', '--json', image]);
  return JSON.parse(stdout).payload;
}
