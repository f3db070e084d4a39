import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { architectures } from './architectures.ts';
import { compileOne } from './compile.ts';
import { link } from './link.ts';
import { findToolchain } from './toolchain.ts';

/** A small program for any machine that runtimes are built for, made as they are. */
export interface Program {
  /** As the specification of AppImage spells it. */
  readonly architecture: string;
  /** C. */
  readonly source: string;
  readonly output: string;
}

/** Whether programs for an architecture can be built here. */
export async function canBuildFor(architecture: string): Promise<boolean> {
  const target = architectures[architecture];
  return target !== undefined && (await findToolchain(target).then(Boolean, () => false));
}

/**
 * Builds one static program: what tests put into an image for a machine that is not theirs.
 *
 * @throws RangeError for an architecture that is not known
 */
export async function buildProgram({ architecture: name, source, output }: Program): Promise<void> {
  const architecture = architectures[name];
  if (architecture === undefined) throw new RangeError(`Cannot build a program: there is no architecture ${name}`);
  const workFolder = mkdtempSync(join(tmpdir(), 'build-program-'));
  try {
    const build = { architecture, toolchain: await findToolchain(architecture), version: '', workFolder };
    const path = join(workFolder, 'program.c');
    writeFileSync(path, source);
    await link(build, await compileOne(build, path), output, { stripped: true });
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
}
