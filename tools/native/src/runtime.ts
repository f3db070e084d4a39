import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Architecture } from './architectures.ts';
import { compile } from './compile.ts';
import { link } from './link.ts';
import type { NativeProgram } from './native-programs.ts';
import { nativeFolder } from './sources.ts';
import type { Toolchain } from './toolchain.ts';

export interface BuildOptions {
  readonly program: NativeProgram;
  readonly architecture: Architecture;
  readonly toolchain: Toolchain;
  readonly output: string;
  /** Where to keep an unstripped copy. */
  readonly symbols?: string | undefined;
}

/** The version of the package that the runtime belongs to: what `--appimage-version` prints. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(nativeFolder, '..', 'package.json'), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  return String(version);
}

/** Compiles, links, checks and writes one program. Returns its size in bytes. */
export async function buildNativeProgram(options: BuildOptions): Promise<number> {
  const { program, architecture, toolchain, output, symbols } = options;
  const { hosted } = program;
  const workFolder = mkdtempSync(join(tmpdir(), 'build-runtime-'));
  try {
    const build = { architecture, toolchain, version: packageVersion(), workFolder };
    const objects = await compile(build, program);
    const linked = join(workFolder, 'program');
    await link(build, objects, linked, { stripped: true, hosted });

    const file = readFileSync(linked);
    program.finish(file, architecture);
    writeWhole(output, file);

    if (symbols !== undefined) {
      await link(build, objects, linked, { stripped: false, hosted });
      copyFileSync(linked, symbols);
    }
    return file.length;
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
}

/** Complete or not there: others may be starting from the old one right now. */
function writeWhole(output: string, file: Uint8Array): void {
  mkdirSync(dirname(output), { recursive: true });
  const partial = `${output}.${process.pid}`;
  writeFileSync(partial, file);
  // Whatever the umask is.
  chmodSync(partial, 0o755);
  renameSync(partial, output);
}
