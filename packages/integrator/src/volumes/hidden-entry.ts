import { readFile } from 'node:fs/promises';
import { sha256 } from '../files/hash.ts';
import type { ManifestImage, RecordedFile } from '../manifest/manifest.ts';
import { type Places, pathOf } from '../places/places.ts';
import { type PlannedFile, plannedFile } from '../plan/planned-file.ts';

/** What becomes of an image's files while its volume is away. */
export interface HiddenFiles {
  /** Its menu entries, hidden; empty where they are hidden already, or are the user's by now. */
  readonly planned: readonly PlannedFile[];
  /** All others, which stay as they are. */
  readonly kept: readonly RecordedFile[];
}

const MAIN_GROUP = '[Desktop Entry]\n';
const HIDDEN = 'Hidden=true\n';
const ENTRY = /^(?:applications|autostart)\/[^/]+\.desktop$/;

/** Hides the menu entry of an image, and what starts it by itself, without opening the image: the texts that are there get one line more. */
export async function hideFiles(places: Places, { files }: ManifestImage): Promise<HiddenFiles> {
  const planned: PlannedFile[] = [];
  const kept: RecordedFile[] = [];
  for (const file of files) {
    const hidden = ENTRY.test(file.path) ? await hideEntry(places, file) : undefined;
    if (hidden === undefined) kept.push(file);
    else planned.push(hidden);
  }
  return { planned, kept };
}

async function hideEntry(places: Places, { root, path, hashes }: RecordedFile): Promise<PlannedFile | undefined> {
  const bytes = await readFile(pathOf(places, { root, path })).catch(() => undefined);
  if (bytes === undefined || !hashes.includes(sha256(bytes))) return undefined;
  const text = bytes.toString('utf8');
  const start = text.indexOf(MAIN_GROUP);
  const end = start + MAIN_GROUP.length;
  if (start < 0 || text.startsWith(HIDDEN, end)) return undefined;
  return plannedFile(path, `${text.slice(0, end)}${HIDDEN}${text.slice(end)}`, { root });
}
