import { AppImageError } from '../errors.ts';
import type { ReadonlyFileSystem } from '../filesystem/readonly-file-system.ts';
import { listFolder } from '../filesystem/try-resolve.ts';
import type { ReadOptions } from '../io/byte-source.ts';
import { compareFileNames } from '../io/file-name.ts';
import { readDocument } from '../xml/read-document.ts';
import { type MimeType, type ParseMimePackageOptions, parseMimePackage } from './mime-package.ts';

/** Options of {@link findMimePackages}. */
export interface FindMimePackagesOptions extends ReadOptions, ParseMimePackageOptions {}

/** A MIME package in an image. */
export interface FoundMimePackage {
  /** Path in the image. */
  readonly path: string;
  /** The same without symlinks. */
  readonly realPath: string;
  readonly types: readonly MimeType[];
}

const FOLDER = 'usr/share/mime/packages';
const MAXIMUM_PACKAGES = 256;
/** Of all together; the database of freedesktop.org has 4 MB. */
const MAXIMUM_TOTAL_SIZE = 16 * 1_048_576;

/**
 * Reads all MIME packages in an image, by name. Some images bring the whole database of freedesktop.org along
 * (`freedesktop.org.xml`), which every system has.
 *
 * @throws AppImageError as `parseMimePackage` and the image do, with the `path` of the file; `limit` for more than 256 files, or
 *   more than 16 MiB
 */
export async function findMimePackages(
  files: ReadonlyFileSystem,
  options: FindMimePackagesOptions = {},
): Promise<FoundMimePackage[]> {
  const { signal, maxSize } = options;
  const listed = await listFolder(files, FOLDER, { isWanted: (name) => name.endsWith('.xml'), signal });
  const packages = listed.filter(({ file }) => file.stat.type === 'file');
  if (packages.length > MAXIMUM_PACKAGES) {
    throw new AppImageError(
      'limit',
      `Cannot read MIME packages: there must be at most ${MAXIMUM_PACKAGES}, found ${packages.length}`,
      { path: FOLDER },
    );
  }
  const size = packages.reduce((sum, { file }) => sum + file.stat.size, 0);
  if (size > MAXIMUM_TOTAL_SIZE) {
    throw new AppImageError(
      'limit',
      `Cannot read MIME packages: they must have at most ${MAXIMUM_TOTAL_SIZE} bytes together, found ${size}`,
      { path: FOLDER },
    );
  }
  const found: FoundMimePackage[] = [];
  for (const each of packages.sort((left, right) => compareFileNames(left.name, right.name))) {
    const types = await readDocument(files, each, { signal, maxSize, parse: parseMimePackage });
    found.push({ path: each.path, realPath: each.file.path, types });
  }
  return found;
}
