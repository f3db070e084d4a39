import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { findPlaces, type Places, type SyncResult, syncAppImages } from '../../src/index.ts';

/** A user's home for one test. */
export interface Home {
  readonly folder: string;
  readonly applications: string;
  readonly places: Places;
  /** What {@link Home.sync} is called with. */
  readonly options: Parameters<typeof syncAppImages>[0];
  readonly sync: (options?: Partial<Parameters<typeof syncAppImages>[0]>) => Promise<SyncResult>;
}

export function makeHome(folder: string = temporaryFolder()): Home {
  const places = findPlaces({ HOME: folder, XDG_DATA_DIRS: join(folder, 'shared') });
  const applications = join(folder, 'Applications');
  mkdirSync(applications, { recursive: true });
  const options: Home['options'] = {
    places,
    settings: { watch: [applications], thumbnails: false, service: null },
    launch: 'self',
    command: ['/usr/bin/appimage'],
  };
  return { folder, applications, places, options, sync: (more) => syncAppImages({ ...options, ...more }) };
}

/** Every folder, and every file with the hash of its content. */
export function snapshot(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const name = relative(folder, path);
      return entry.isFile() ? `${name} ${createHash('sha256').update(readFileSync(path)).digest('hex')}` : `${name}/`;
    })
    .sort();
}
