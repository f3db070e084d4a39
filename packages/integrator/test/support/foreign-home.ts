import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adoptForeign } from '../../src/index.ts';
import { type ForeignTools, foreignTools } from './foreign-tools.ts';
import { type Home, makeHome } from './home.ts';
import { probeTree, writeAppImage } from './image.ts';

/** A home with other integrators' tools and images in a folder that is not watched. */
export interface ForeignHome {
  readonly home: Home;
  readonly tools: ForeignTools;
  readonly options: Parameters<typeof adoptForeign>[0];
  readonly adopt: () => ReturnType<typeof adoptForeign>;
  /** In a folder that is not watched. */
  readonly image: (name?: string) => Promise<string>;
}

export function makeForeignHome(): ForeignHome {
  const home = makeHome();
  const { options } = home;
  const image = (name = 'Probe one.AppImage') => writeAppImage(join(home.folder, 'Downloads', name), probeTree());
  return { home, tools: foreignTools(home), options, adopt: () => adoptForeign(options), image };
}

export function entriesOf({ places }: Home): string[] {
  const folder = join(places.data, 'applications');
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.desktop'));
}

export function overridesOf({ places }: Home): unknown[] {
  const folder = join(places.config, 'appimage', 'overrides');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

export function trashOf({ places }: Home): string[] {
  return readdirSync(join(places.data, 'Trash', 'files')).sort();
}
