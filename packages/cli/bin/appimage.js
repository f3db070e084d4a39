#!/usr/bin/env node
// The command `appimage`. Plain JavaScript, and next to nothing of it: `--version` has to answer at once.

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const args = process.argv.slice(2);
const [major, minor] = process.versions.node.split('.').map(Number);

if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.on('error', async (error) => {
    if (error.code === 'EPIPE') return; // nobody reads on, and nothing is wrong
    process.exitCode = 1;
    const { systemReason } = await import('@appimage-js/format/node');
    process.stderr.write(`appimage: Cannot write to standard output: ${systemReason(error)}\n`);
  });
  process.stdout.write(`${version}\n`);
} else if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`appimage: Cannot run on Node ${process.versions.node}: it must be 22.18 or later\n`);
  process.exitCode = 1;
} else {
  const environment = { ...process.env };
  if (args[0] === 'run' && args[1] === '--sandbox') {
    const { tryStartConfined } = await import('../dist/start-confined/start-confined.js');
    const status = await tryStartConfined({ args, environment });
    if (status !== undefined) process.exit(status);
  } else if (args[0] === 'run') {
    const { tryStart } = await import('../dist/start/start.js');
    await tryStart({ args, environment });
  }
  // Compression runs on libuv's thread pool, whose size is read when the pool starts. Two threads more than processors keep
  // reads and writes from waiting behind it.
  process.env.UV_THREADPOOL_SIZE ??= String(availableParallelism() + 2);
  const { main } = await import('../dist/main.js');
  process.exitCode = await main({ args, environment });
}
