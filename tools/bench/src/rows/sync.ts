import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bytesContent, type InputDirectory, type InputNode, writeSquashfs } from '@appimage-js/format';
import { nodeCompressor, openFileSink } from '@appimage-js/format/node';
import { findPlaces, type Settings, syncAppImages } from '@appimage-js/integrator';
import { findTool } from '@appimage-js/testing';
import { execa } from 'execa';
import type { BenchFolder } from '../bench-folder.ts';
import { type Race, timed } from '../measure.ts';

const ATTRIBUTES = { uid: 0, gid: 0, mtime: 1_700_000_000 };

/** The menu of a user with very many AppImages: nothing has changed, and none of them is opened; and the first time. */
export async function* sync(folder: BenchFolder): AsyncGenerator<Race> {
  const [count, few] = folder.short ? [20, 3] : [1000, 50];
  const home = await makeHome(folder, count);
  const settled = await home.sync();
  if (settled !== count) throw new Error(`Cannot accept sync: expected ${count} in the menu, found ${settled}`);
  yield {
    work: `sync ${count} images, nothing changed`,
    contestants: [
      {
        name: 'appimage sync',
        ours: true,
        measure: timed(() => execa(process.execPath, [folder.command, 'sync'], { env: home.env })),
        verify: () => expectUnopened(folder, home, count),
      },
      { name: 'syncAppImages', ours: true, measure: timed(home.sync) },
    ],
    limit: 1000,
  };
  const small = await makeHome(folder, few);
  yield {
    work: `sync ${few} images, the first time`,
    contestants: [{ name: 'syncAppImages', ours: true, prepare: small.forget, measure: timed(small.sync) }],
  };
  for (const { path } of [home, small]) rmSync(path, { recursive: true });
}

interface BenchHome {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  /** Answers how many are in the menu. */
  readonly sync: () => Promise<number>;
  /** Makes it a home in which none has ever been. */
  readonly forget: () => Promise<void>;
}

/** A home with images of so many different applications. */
async function makeHome(folder: BenchFolder, count: number): Promise<BenchHome> {
  const path = mkdtempSync(join(folder.scratch, 'home-'));
  const applications = join(path, 'Applications');
  mkdirSync(applications);
  for (let index = 0; index < count; index++) {
    await using sink = await openFileSink(join(applications, `Application ${index}.AppImage`), { mode: 0o755 });
    await writeSquashfs({ root: application(index), sink, compressor: nodeCompressor('zstd', 1) });
  }
  const env = { HOME: path, XDG_DATA_HOME: '', XDG_CONFIG_HOME: '', XDG_CACHE_HOME: '', XDG_STATE_HOME: '' };
  const places = findPlaces(env);
  const settings: Settings = { watch: [applications], thumbnails: true, service: null };
  return {
    path,
    env,
    sync: async () => {
      const { images } = await syncAppImages({ places, settings, command: [process.execPath, folder.command] });
      return images.filter(({ leftAlone }) => leftAlone === null).length;
    },
    forget: async () => {
      for (const name of readdirSync(path)) {
        if (name !== 'Applications') rmSync(join(path, name), { recursive: true });
      }
    },
  };
}

function application(index: number): InputDirectory {
  const entry = `[Desktop Entry]
Type=Application
Name=Application ${index}
Exec=application-${index} %U
Icon=application-${index}
Categories=Utility;
MimeType=application/x-${index};x-scheme-handler/scheme-${index};
X-AppImage-Version=1.${index}
`;
  const color = (index * 0x10f3).toString(16).padStart(6, '0').slice(-6);
  const icon = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><circle cx="32" cy="32" r="30" fill="#${color}"/></svg>`;
  return {
    ...ATTRIBUTES,
    type: 'directory',
    mode: 0o755,
    entries: new Map([
      ['AppRun', file('#!/bin/sh\n', 0o755)],
      [`application-${index}.desktop`, file(entry, 0o644)],
      [`application-${index}.svg`, file(icon, 0o644)],
    ]),
  };
}

function file(text: string, mode: number): InputNode {
  return { ...ATTRIBUTES, type: 'file', mode, content: bytesContent(new TextEncoder().encode(text)) };
}

/** Asks the system which files the command opens. */
async function expectUnopened({ command, scratch }: BenchFolder, home: BenchHome, count: number): Promise<void> {
  const { stdout } = await execa(process.execPath, [command, 'list', '--json'], { env: home.env });
  const shown = JSON.parse(stdout).length;
  if (shown !== count) throw new Error(`Cannot accept sync: expected ${count} in the menu, found ${shown}`);
  if (findTool('strace') === undefined) return;
  const log = join(scratch, 'opened');
  const trace = ['-f', '-qq', '-e', 'trace=open,openat,openat2', '-o', log];
  await execa('strace', [...trace, process.execPath, command, 'sync'], { env: home.env });
  const opened = readFileSync(log, 'utf8').split('\n');
  if (!opened.some((line) => line.includes('manifest.json'))) {
    throw new Error('Cannot accept sync: expected strace to see that the manifest is opened');
  }
  const images = opened.filter((line) => line.includes('.AppImage"'));
  if (images.length > 0) throw new Error(`Cannot accept sync: expected no image to be opened, found ${images[0]}`);
}
