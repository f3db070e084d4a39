import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { file, writeImage } from './images.ts';

const ICON = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>';

/** A home, and an image that was downloaded into it. */
export interface ProbeHome {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly applications: string;
  readonly download: string;
}

export async function makeHome(folder: string = temporaryFolder()): Promise<ProbeHome> {
  const env = {
    HOME: folder,
    XDG_DATA_HOME: undefined,
    XDG_CONFIG_HOME: undefined,
    XDG_CACHE_HOME: undefined,
    DESKTOPINTEGRATION: undefined,
    no_proxy: '127.0.0.1',
  };
  mkdirSync(join(folder, 'Downloads'));
  const download = await writeProbe(join(folder, 'Downloads', 'Probe-1.AppImage'), '1.0');
  return { home: folder, env, applications: join(folder, 'Applications'), download };
}

/** An image of the application Probe, which may not be executed yet. */
export async function writeProbe(path: string, version: string, { ballast = 0, keys = '' } = {}): Promise<string> {
  const entry = `[Desktop Entry]\nType=Application\nName=Probe\nExec=probe %F\nIcon=probe\nX-AppImage-Version=${version}\n${keys}`;
  const bytes = createHash('shake256', { outputLength: ballast }).update('ballast').digest();
  return await writeImage(path, {
    AppRun: file('#!/bin/sh\n', 0o755),
    'probe.svg': file(ICON),
    'probe.desktop': file(entry),
    ballast: file(bytes),
  });
}

/** The menu entries that a home has. */
export function entries(home: string): string[] {
  const folder = join(home, '.local', 'share', 'applications');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.desktop')) : [];
}

/** Everything in a folder: paths with modes, and what is in the files or where the symlinks lead. */
export function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const mode = lstatSync(path).mode.toString(8);
      const content = entry.isSymbolicLink()
        ? readlinkSync(path)
        : entry.isFile()
          ? createHash('sha256').update(readFileSync(path)).digest('hex')
          : '';
      return `${mode} ${relative(folder, path)} ${content}`.trimEnd();
    })
    .sort();
}
