import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type Random, seededRandom } from '@appimage-js/testing/seeded-random';
import { type BenchFolder, checkout } from './bench-folder.ts';

/** An application directory to pack. */
export interface Input {
  readonly name: string;
  /** The folder. */
  readonly path: string;
}

/** Many small files: 11,000 with 190 MB, real ones first, then variations. */
export function smallFiles(folder: BenchFolder): Input {
  const [count, bytes] = folder.short ? [200, 3_000_000] : [11_000, 190_000_000];
  return provide(folder, `${count} files, ${bytes / 1e6} MB`, (path) =>
    writeSmallFiles(join(path, 'usr/lib/app'), count, bytes),
  );
}

/** One big file: the first 99 MB of this very Node. */
export function bigBinary(folder: BenchFolder): Input {
  const bytes = folder.short ? 2_000_000 : 99_000_000;
  return provide(folder, `one file, ${bytes / 1e6} MB`, (path) => {
    mkdirSync(join(path, 'usr/bin'), { recursive: true });
    writeFileSync(join(path, 'usr/bin/app'), readFileSync(process.execPath).subarray(0, bytes), { mode: 0o755 });
  });
}

/** Makes an application directory unless an earlier run has, from the same dependencies and the same Node. */
function provide(folder: BenchFolder, name: string, fill: (path: string) => void): Input {
  const state = createHash('sha256')
    .update(readFileSync(join(checkout, 'pnpm-lock.yaml')))
    .update(process.version)
    .digest('hex');
  const path = join(folder.cache, `${name} ${state.slice(0, 12)}`);
  if (existsSync(path)) return { name, path };
  for (const entry of readdirSync(folder.cache)) {
    if (entry.startsWith(`${name} `)) rmSync(join(folder.cache, entry), { recursive: true });
  }
  const draft = join(folder.scratch, 'draft');
  mkdirSync(draft);
  writeFileSync(
    join(draft, 'app.desktop'),
    '[Desktop Entry]\nType=Application\nName=App\nExec=app\nIcon=app\nCategories=Utility;\n',
  );
  writeFileSync(join(draft, 'app.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>\n');
  writeFileSync(join(draft, 'AppRun'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  fill(draft);
  renameSync(draft, path);
  return { name, path };
}

/** Files that are text, and of the size that one meets by the thousand. */
const ORDINARY = /\.(c?ts|m?ts|[cm]?js|map|json|mdx?|css|html)$/;
const LARGEST = 1_000_000;

function writeSmallFiles(target: string, count: number, bytes: number): void {
  const store = join(checkout, 'node_modules/.pnpm');
  const originals = ordinaryFiles(store, '').slice(0, Math.ceil(count / 2));
  let written = 0;
  for (const path of originals) {
    const copy = join(target, 'original', path.replaceAll('/node_modules/', '/'));
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(join(store, path), copy);
    chmodSync(copy, 0o644);
    written += statSync(copy).size;
  }
  const random = seededRandom(11_000);
  for (let index = originals.length; index < count; index++) {
    // Sizes spread from a fifth of the mean to nearly twice as much, and end at the sum that was asked for.
    const mean = (bytes - written) / (count - index);
    const size = Math.max(16, Math.round(index === count - 1 ? mean : mean * (0.2 + 1.6 * random())));
    const copy = join(target, 'variation', String(index % 100), `${index}.js`);
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(copy, variation(store, originals, size, random));
    written += size;
  }
}

/** Text of a given size that looks like the originals, and like no other variation. */
function variation(store: string, originals: readonly string[], size: number, random: Random): Buffer {
  let text = '';
  while (text.length < size) {
    const original = originals[Math.floor(random() * originals.length)] ?? '';
    const part = readFileSync(join(store, original), 'latin1').slice(0, size - text.length);
    text += part.replace(/[a-z]{5,}/g, (word) => (random() < 0.1 ? otherWord(word.length, random) : word)) || '\n';
  }
  return Buffer.from(text, 'latin1');
}

function otherWord(length: number, random: Random): string {
  return Array.from({ length }, () => 'etaoinshrdlucmfwypvbgkjqxz'[Math.floor(26 * random() ** 2)]).join('');
}

function ordinaryFiles(root: string, path: string): string[] {
  const entries = readdirSync(join(root, path), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const child = path === '' ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) return ordinaryFiles(root, child);
    return entry.isFile() && ORDINARY.test(entry.name) && statSync(join(root, child)).size <= LARGEST ? [child] : [];
  });
}
