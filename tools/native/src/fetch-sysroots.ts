#!/usr/bin/env node
import { architectures } from './architectures.ts';
import { sysrootOf } from './sysroot.ts';
import { findToolchain } from './toolchain.ts';

// The first line that says what is missing is enough: without a compiler, every architecture would say it.
try {
  for (const architecture of Object.values(architectures)) {
    await findToolchain(architecture, { fetch: true });
    process.stdout.write(`${architecture.name}: libraries are in ${sysrootOf(architecture)}\n`);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
