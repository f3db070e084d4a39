#!/usr/bin/env node
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Build, compile } from './compile.ts';
import { link } from './link.ts';
import { nativeFolder } from './sources.ts';
import { architectures, findToolchain } from './toolchain.ts';
import { verifyRuntime, writeMagic } from './verify-elf.ts';

const usage = `Usage: build-runtime --arch ${Object.keys(architectures).join('|')} --out FILE [--symbols FILE]`;

/** The version of the package that the runtime belongs to: what `--appimage-version` prints. */
function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(nativeFolder, '..', 'package.json'), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  return String(version);
}

async function buildRuntime(build: Build, output: string, symbols: string | undefined): Promise<number> {
  const objects = await compile(build);
  const linked = join(build.workFolder, 'runtime');
  await link(build, objects, linked, { stripped: true });

  const file = readFileSync(linked);
  writeMagic(file);
  verifyRuntime(file, build.architecture.elfMachine);

  // Complete or not there: others may be starting from the old one right now.
  mkdirSync(dirname(output), { recursive: true });
  const partial = `${output}.${process.pid}`;
  writeFileSync(partial, file, { mode: 0o755 });
  renameSync(partial, output);

  if (symbols !== undefined) {
    await link(build, objects, linked, { stripped: false });
    copyFileSync(linked, symbols);
  }
  return file.length;
}

const { values } = parseArgs({
  options: { arch: { type: 'string' }, out: { type: 'string' }, symbols: { type: 'string' } },
});
const architecture = architectures[values.arch ?? ''];
if (architecture === undefined || values.out === undefined) {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}

const workFolder = mkdtempSync(join(tmpdir(), 'build-runtime-'));
try {
  const toolchain = await findToolchain(architecture);
  const build = { architecture, toolchain, version: packageVersion(), workFolder };
  const size = await buildRuntime(build, resolve(values.out), values.symbols && resolve(values.symbols));
  process.stdout.write(`${values.out}: ${size} bytes\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(workFolder, { recursive: true, force: true });
}
