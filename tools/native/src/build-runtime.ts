#!/usr/bin/env node
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { architectures } from './architectures.ts';
import { nativePrograms } from './native-programs.ts';
import { buildNativeProgram } from './runtime.ts';
import { findToolchain } from './toolchain.ts';

const names = nativePrograms.map(({ name }) => name).join('|');
const usage = `Usage: build-runtime --arch ${Object.keys(architectures).join('|')} --out FILE [--program ${names}] [--symbols FILE]`;

const { values } = parseArgs({
  options: {
    arch: { type: 'string' },
    out: { type: 'string' },
    program: { type: 'string', default: 'runtime' },
    symbols: { type: 'string' },
  },
});
const architecture = architectures[values.arch ?? ''];
const program = nativePrograms.find(({ name }) => name === values.program);
if (architecture === undefined || program === undefined || values.out === undefined) {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}

try {
  const toolchain = await findToolchain(architecture, { fetch: true });
  const symbols = values.symbols && resolve(values.symbols);
  const size = await buildNativeProgram({ program, architecture, toolchain, output: resolve(values.out), symbols });
  process.stdout.write(`${values.out}: ${size} bytes\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
