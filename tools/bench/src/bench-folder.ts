import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What the command line asked for. */
export interface BenchOptions {
  /** Small inputs. */
  readonly short: boolean;
  /** Turns that count. */
  readonly runs: number;
}

/** Where the benchmark reads and writes. */
export interface BenchFolder extends BenchOptions {
  /** Inputs that are kept for the next time. */
  readonly cache: string;
  /** Output that is removed at the end. */
  readonly scratch: string;
  /** The command, as a built checkout has it. */
  readonly command: string;
}

/** The checkout that this benchmark is part of. */
export const checkout: string = resolve(import.meta.dirname, '../../..');

/** Makes the folders, hands them to `work`, and removes the scratch folder whatever happens. */
export async function inBenchFolder(
  options: BenchOptions,
  work: (folder: BenchFolder) => Promise<void>,
): Promise<void> {
  const command = join(checkout, 'packages/cli/bin/appimage.js');
  if (!existsSync(join(checkout, 'packages/cli/dist')))
    throw new Error('Cannot measure: build the packages first (pnpm build)');
  const cache = join(checkout, 'node_modules/.cache/bench');
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(join(cache, 'scratch-'));
  try {
    await work({ ...options, cache, scratch, command });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
