#!/usr/bin/env node
// The command `appimage`. Plain JavaScript, and next to nothing of it: `--version` has to answer at once.

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const args = process.argv.slice(2);

if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`${version}\n`);
} else {
  const environment = { ...process.env };
  // Compression runs on libuv's thread pool, whose size is read when the pool starts. Two threads more than processors keep
  // reads and writes from waiting behind it.
  process.env.UV_THREADPOOL_SIZE ??= String(availableParallelism() + 2);
  const { main } = await import('../dist/main.js');
  process.exitCode = await main({ args, environment });
}
