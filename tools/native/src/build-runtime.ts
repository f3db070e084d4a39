#!/usr/bin/env node
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { architectures } from './architectures.ts';
import { buildRuntime } from './runtime.ts';
import { findToolchain } from './toolchain.ts';

const usage = `Usage: build-runtime --arch ${Object.keys(architectures).join('|')} --out FILE [--symbols FILE]`;

const { values } = parseArgs({
  options: { arch: { type: 'string' }, out: { type: 'string' }, symbols: { type: 'string' } },
});
const architecture = architectures[values.arch ?? ''];
if (architecture === undefined || values.out === undefined) {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}

try {
  const toolchain = await findToolchain(architecture, { fetch: true });
  const symbols = values.symbols && resolve(values.symbols);
  const size = await buildRuntime({ architecture, toolchain, output: resolve(values.out), symbols });
  process.stdout.write(`${values.out}: ${size} bytes\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
