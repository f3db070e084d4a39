import { type ExecFileException, execFile } from 'node:child_process';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isAppImageError } from '@appimage-js/format';
import { isThere } from '../files/write-file.ts';
import type { Places } from '../places/places.ts';
import { reloadUnits } from '../units/user-manager.ts';

/** How a tool of the desktop ended. */
export interface CacheReport {
  readonly tool: string;
  readonly state: 'done' | 'missing' | 'failed';
  /** What a tool that failed said. */
  readonly message: string | null;
}

const run = promisify(execFile);
const TIMEOUT_MILLISECONDS = 60_000;
/** What `update-mime-database` writes beside the folders of the types. */
const MIME_CACHES = [
  'aliases',
  'generic-icons',
  'globs',
  'globs2',
  'icons',
  'magic',
  'mime.cache',
  'subclasses',
  'treemagic',
  'types',
  'version',
  'XMLnamespaces',
];

/** The caches that the tools make; those that are not there yet are to go again with our last file. */
export async function listCaches({
  data,
}: Places): Promise<{ readonly all: ReadonlySet<string>; readonly missing: readonly string[] }> {
  const all = [
    join(data, 'applications', 'mimeinfo.cache'),
    join(data, 'icons', 'hicolor', 'icon-theme.cache'),
    ...MIME_CACHES.map((name) => join(data, 'mime', name)),
  ];
  const missing: string[] = [];
  for (const path of all) if (!(await isThere(path))) missing.push(path);
  return { all: new Set(all), missing };
}

/**
 * Brings the desktop's caches up to date with the tools that are there. Those that fail change nothing about what was written.
 *
 * @param changed absolute paths of files that were written or removed
 */
export async function refreshCaches(places: Places, changed: readonly string[]): Promise<CacheReport[]> {
  const { data, scope } = places;
  const reports: CacheReport[] = [];
  const refresh = async (tool: string, args: readonly string[], folder: string) => {
    if (await isThere(folder)) reports.push(await runTool(tool, args));
  };
  const applications = join(data, 'applications');
  const mime = join(data, 'mime');
  const icons = join(data, 'icons', 'hicolor');
  await refresh('update-desktop-database', ['-q', applications], applications);
  if ((await readdir(mime).catch((): string[] => [])).includes('packages'))
    await refresh('update-mime-database', [mime], mime);
  if (changed.some((path) => path.startsWith(join(icons, '/')))) await touch(icons);
  // Without the list of its folders the theme has no cache, and is read itself.
  await refresh('gtk-update-icon-cache', ['-q', '-t', '-f', icons], join(icons, 'index.theme'));
  if (scope === 'user' && process.env['KDE_SESSION_VERSION'] !== undefined) {
    const version = process.env['KDE_SESSION_VERSION'];
    reports.push(await runTool(`kbuildsycoca${version}`, ['--noincremental']));
  }
  return [...reports, ...(await tellServiceManager(places, changed))];
}

/**
 * What has read the icons of a theme looks only at the time of its folder for new ones. Icon Theme Specification 0.13, "Implementation
 * Notes".
 */
async function touch(folder: string): Promise<void> {
  const now = new Date();
  await utimes(folder, now, now).catch(() => undefined); // it is gone, or somebody else's
}

async function tellServiceManager(places: Places, changed: readonly string[]): Promise<CacheReport[]> {
  try {
    const told = await reloadUnits(places, changed);
    return told === undefined ? [] : [{ tool: 'systemctl', state: 'done', message: null }];
  } catch (cause) {
    if (!isAppImageError(cause)) throw cause;
    return [{ tool: 'systemctl', state: 'failed', message: cause.message }];
  }
}

async function runTool(tool: string, args: readonly string[]): Promise<CacheReport> {
  try {
    await run(tool, [...args], { timeout: TIMEOUT_MILLISECONDS });
    return { tool, state: 'done', message: null };
  } catch (cause) {
    const { code, killed, stderr = '', message } = cause as ExecFileException;
    if (code === 'ENOENT') return { tool, state: 'missing', message: null };
    const said =
      killed === true ? `it took more than ${TIMEOUT_MILLISECONDS / 1000} seconds` : stderr.trim() || message;
    return { tool, state: 'failed', message: said };
  }
}
