// Publishes two versions of an application on this machine, updates one to the other, and goes back.

import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bufferSource, computeZsync, serializeZsync } from '@appimage-js/format';
import { serveFolder } from './serve-folder.ts';

const cli = fileURLToPath(new URL('bin/appimage.js', import.meta.resolve('appimage-js/package.json')));
const node = process.execPath;
const FILE = 'Hello.AppImage';

/** Runs a program in a folder, its output on the terminal. */
function run(folder: string, program: string, ...args: readonly string[]): Promise<void> {
  const env = { ...process.env, XDG_DATA_HOME: join(folder, 'data'), XDG_CACHE_HOME: join(folder, 'cache') };
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (status) => (status === 0 ? resolve() : reject(new Error(`${program} ended with ${status}`))));
  });
}

/** Shows and runs a command line of `appimage`. */
function appimage(folder: string, ...args: readonly string[]): Promise<void> {
  process.stdout.write(`\n$ appimage ${args.join(' ')}\n`);
  return run(folder, node, cli, ...args);
}

/** An application directory: a script that says its version, and the Node that runs these lines as something large. */
function writeAppDir(appDir: string, version: string): void {
  mkdirSync(join(appDir, 'usr/bin'), { recursive: true });
  writeFileSync(join(appDir, 'AppRun'), `#!/bin/sh\necho "Hello, I am version ${version}"\n`, { mode: 0o755 });
  const entry = { Type: 'Application', Name: 'Hello', Exec: 'AppRun', Icon: 'hello', Categories: 'Utility;' };
  const lines = Object.entries(entry).map(([key, value]) => `${key}=${value}`);
  writeFileSync(join(appDir, 'hello.desktop'), `[Desktop Entry]\n${lines.join('\n')}\n`);
  writeFileSync(join(appDir, 'hello.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>\n');
  copyFileSync(node, join(appDir, 'usr/bin/node'));
}

/** Builds a version into the folder that is served, with its control file. */
async function publish(folder: string, version: string, url: string): Promise<void> {
  const appDir = join(folder, `AppDir-${version}`);
  writeAppDir(appDir, version);
  const output = join(folder, 'published', FILE);
  const options = ['--app-version', version, '--level', '3', '-o', output];
  await appimage(folder, 'build', appDir, ...options, '--update-info', `zsync|${url}/${FILE}.zsync`);
  const image = readFileSync(output);
  const mtime = Math.floor(statSync(output).mtimeMs / 1000);
  writeFileSync(`${output}.zsync`, serializeZsync(await computeZsync(bufferSource(image), { fileName: FILE, mtime })));
}

const folder = mkdtempSync(join(tmpdir(), 'appimage-update-'));
try {
  mkdirSync(join(folder, 'published'));
  await using server = await serveFolder(join(folder, 'published'));

  await publish(folder, '1.0', server.url);
  copyFileSync(join(folder, 'published', FILE), join(folder, FILE));
  await publish(folder, '2.0', server.url);

  await run(folder, `./${FILE}`);
  await appimage(folder, 'update', FILE);
  const size = statSync(join(folder, FILE)).size;
  process.stdout.write(`The server has sent ${((100 * server.sent) / size).toFixed(1)} % of the file.\n`);
  await run(folder, `./${FILE}`);
  await appimage(folder, 'update', FILE);
  await appimage(folder, 'rollback', FILE);
  await run(folder, `./${FILE}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
