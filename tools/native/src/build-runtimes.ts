#!/usr/bin/env node
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Architecture, architectures } from './architectures.ts';
import { MissingToolchain } from './missing-toolchain.ts';
import { type NativeProgram, nativePrograms } from './native-programs.ts';
import { buildNativeProgram } from './runtime.ts';
import { findToolchain } from './toolchain.ts';
import { fingerprint, isUpToDate, remember } from './up-to-date.ts';

const usage = 'Usage: build-runtimes --into FOLDER';

async function buildInto(folder: string, program: NativeProgram, architecture: Architecture): Promise<string> {
  const name = `${program.name}-${architecture.name}`;
  const output = join(folder, name);
  const toolchain = await findToolchain(architecture, { fetch: true });
  const print = fingerprint(architecture, toolchain);
  if (isUpToDate(name, output, print)) return `${output}: is up to date`;
  const size = await buildNativeProgram({ program, architecture, toolchain, output });
  remember(name, output, print);
  return `${output}: ${size} bytes`;
}

const { values } = parseArgs({ options: { into: { type: 'string' } } });
if (values.into === undefined) {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}

/*
 * Whoever works on the TypeScript packages needs no compiler for C: what cannot be built here is told and left out, and what
 * does not compile is an error. A continuous integration has to build everything.
 */
const told = new Set<string>();
for (const architecture of Object.values(architectures)) {
  try {
    for (const program of nativePrograms) {
      process.stdout.write(`${await buildInto(resolve(values.into), program, architecture)}\n`);
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Without a compiler, every architecture says the same.
    if (!told.has(message)) process.stderr.write(`${message}\n`);
    told.add(message);
    if (!(error instanceof MissingToolchain) || process.env['CI']) process.exitCode = 1;
  }
}
