import {
  type AppImageError,
  type DesktopEntry,
  type FileEntry,
  isAboutImage,
  parseDesktopEntry,
} from '@appimage-js/format';
import type { Subject } from './subject.ts';

/** A file that is a desktop entry by its name. */
export interface DesktopFile {
  /** Where it was found, symlinks and all. */
  readonly path: string;
  /** The file itself; undefined for a symlink that leads nowhere, and for what is no regular file. */
  readonly file: FileEntry | undefined;
  readonly isInRoot: boolean;
  /** Undefined where it can not be parsed. */
  readonly entry: DesktopEntry | undefined;
  readonly error: AppImageError | undefined;
}

/** One that can be read. */
export interface ParsedDesktopFile extends DesktopFile {
  readonly file: FileEntry;
  readonly entry: DesktopEntry;
}

/** Whether a desktop entry could be parsed. */
export function isParsed(desktop: DesktopFile): desktop is ParsedDesktopFile {
  return desktop.file !== undefined && desktop.entry !== undefined;
}

const SUFFIX = '.desktop';
const APPLICATIONS = 'usr/share/applications/';
const MAXIMUM_SIZE = 1_048_576;
/** The root of an image has one, its menu folder some; thousands are not worth reading. */
const MAXIMUM_COUNT = 256;

/** Finds and parses the desktop entries of an image. */
export async function readDesktopFiles(subject: Subject): Promise<DesktopFile[]> {
  const { entries } = await subject.tree();
  const paths = [...entries.keys()].filter((path) => path.endsWith(SUFFIX));
  const inRoot = paths.filter((path) => !path.includes('/')).sort();
  const inMenu = paths.filter((path) => path.startsWith(APPLICATIONS)).sort();
  const found: DesktopFile[] = [];
  for (const path of [...inRoot, ...inMenu].slice(0, MAXIMUM_COUNT)) found.push(await readDesktopFile(subject, path));
  return found;
}

async function readDesktopFile(subject: Subject, path: string): Promise<DesktopFile> {
  const base = { path, isInRoot: !path.includes('/'), entry: undefined, error: undefined };
  const file = await subject.resolve(path);
  if (file?.stat.type !== 'file') return { ...base, file: undefined };
  try {
    const bytes = await subject.read(file, MAXIMUM_SIZE + 1);
    return { ...base, file, entry: parseDesktopEntry(bytes ?? new Uint8Array(MAXIMUM_SIZE + 1)) };
  } catch (error) {
    if (!isAboutImage(error)) throw error;
    return { ...base, file, error };
  }
}
