import { type AppImageError, type FileEntry, isAboutImage, parseXml, type XmlElement } from '@appimage-js/format';
import type { Subject } from './subject.ts';

/** A file that is AppStream metadata by its name and place. */
export interface AppStreamFile {
  /** Where it was found, symlinks and all. */
  readonly path: string;
  readonly file: FileEntry | undefined;
  /** The document; undefined where it can not be parsed. */
  readonly root: XmlElement | undefined;
  readonly error: AppImageError | undefined;
}

const PLACE = /^usr\/share\/(?:metainfo|appdata)\/[^/]+\.(?:metainfo|appdata)\.xml$/;
const MAXIMUM_SIZE = 4 * 1_048_576;
const MAXIMUM_COUNT = 32;

/** Finds and parses the AppStream metadata of an image. */
export async function readAppStreamFiles(subject: Subject): Promise<AppStreamFile[]> {
  const { entries } = await subject.tree();
  const found: AppStreamFile[] = [];
  for (const path of [...entries.keys()]
    .filter((each) => PLACE.test(each))
    .sort()
    .slice(0, MAXIMUM_COUNT)) {
    found.push(await readAppStreamFile(subject, path));
  }
  return found;
}

async function readAppStreamFile(subject: Subject, path: string): Promise<AppStreamFile> {
  const file = await subject.resolve(path);
  if (file?.stat.type !== 'file') return { path, file: undefined, root: undefined, error: undefined };
  try {
    const bytes = (await subject.read(file, MAXIMUM_SIZE)) ?? new Uint8Array(MAXIMUM_SIZE + 1);
    return { path, file, root: parseXml(bytes, { what: 'AppStream metadata' }), error: undefined };
  } catch (error) {
    if (!isAboutImage(error)) throw error;
    return { path, file, root: undefined, error };
  }
}
