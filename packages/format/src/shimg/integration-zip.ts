/*
 * The zip at the end of a shImg: what a desktop needs to know of the application, to be had without mounting anything.
 * Source: README.md of mgord9518/shappimage, "Desktop integration".
 */
import type { FileEntry } from '../filesystem/readonly-file-system.ts';
import { readWholeFile } from '../filesystem/resolve-path.ts';
import type { ByteSource, ReadOptions } from '../io/byte-source.ts';
import { openZipByTail } from '../zip/read/open-zip.ts';
import { readTail } from '../zip/read/tail.ts';
import type { ZipArchive } from '../zip/read/zip-archive.ts';
import { parseUpdateInfoEntry } from './update-info-entry.ts';

/** Where everything in an integration zip is. */
export const INTEGRATION_FOLDER = '.APPIMAGE_RESOURCES';

/** Of an archive of some fifteen files. */
const LIMITS = { entries: 10_000, depth: 16, listingLength: 1_048_576 };

const MAXIMUM_UPDATE_INFO = 65_536;

/** Names of the entries; the published description has some otherwise than the published tools. */
const NAMES = {
  desktopEntry: ['desktop_entry', 'destop_entry'],
  metainfo: ['metainfo'],
  updateInfo: ['update_info', 'updInfo'],
  signature: ['signature'],
} as const;

const ICON = /^(?:default\.(?:png|svg)|([0-9]{1,5})\.png)$/;

/** An icon in the integration zip. */
export interface IntegrationIcon {
  /** In the archive. */
  readonly path: string;
  /** Width and height in pixels that its name tells; null for the one that is not made for a size. */
  readonly size: number | null;
}

/** What is in an integration zip. Entries are to be read from `files`; what is not there is undefined. */
export interface IntegrationZip {
  readonly files: ZipArchive;
  readonly desktopEntry: FileEntry | undefined;
  /** AppStream metadata. */
  readonly metainfo: FileEntry | undefined;
  readonly signature: FileEntry | undefined;
  /** The default ones first, then by size. */
  readonly icons: readonly IntegrationIcon[];
  /**
   * Update information without its marks; undefined where there is none.
   *
   * @throws AppImageError as `parseUpdateInfoEntry` does; `limit` above 64 KiB
   */
  readUpdateInformation(options?: ReadOptions): Promise<string | undefined>;
}

/**
 * Opens the integration zip at the end of a file of any kind; undefined where there is none, which costs one read.
 *
 * @throws AppImageError as `openZip` does, where the folder's name is there but the archive is damaged
 */
export async function openIntegrationZip(
  source: ByteSource,
  options: ReadOptions = {},
): Promise<IntegrationZip | undefined> {
  const tail = await readTail(source, options);
  if (!new TextDecoder('latin1').decode(tail.bytes).includes(`${INTEGRATION_FOLDER}/`)) return undefined;
  const files = await openZipByTail(tail, { ...options, limits: LIMITS });
  const top = files === undefined ? [] : await files.readDirectory('', options);
  const folder = top.find(({ path, stat }) => path === INTEGRATION_FOLDER && stat.type === 'directory');
  if (files === undefined || folder === undefined) return undefined;
  const entries = await files.readDirectory(folder, options);
  const find = (names: readonly string[]) =>
    names.flatMap((name) => entries.find(({ path }) => path === `${INTEGRATION_FOLDER}/${name}`) ?? []).at(0);
  const updateInfo = find(NAMES.updateInfo);
  return {
    files,
    desktopEntry: find(NAMES.desktopEntry),
    metainfo: find(NAMES.metainfo),
    signature: find(NAMES.signature),
    icons: await findIcons(files, entries, options),
    async readUpdateInformation(readOptions) {
      if (updateInfo === undefined) return undefined;
      const maximum = { maximumLength: MAXIMUM_UPDATE_INFO };
      return parseUpdateInfoEntry(await readWholeFile(files, updateInfo, { ...maximum, ...readOptions }));
    },
  };
}

async function findIcons(
  files: ZipArchive,
  entries: readonly FileEntry[],
  options: ReadOptions,
): Promise<IntegrationIcon[]> {
  const folder = entries.find(({ path, stat }) => path === `${INTEGRATION_FOLDER}/icon` && stat.type === 'directory');
  if (folder === undefined) return [];
  const icons = (await files.readDirectory(folder, options)).flatMap(({ path, stat }): IntegrationIcon[] => {
    const match = ICON.exec(path.slice(folder.path.length + 1));
    if (match === null || stat.type === 'directory') return [];
    return [{ path, size: match[1] === undefined ? null : Number.parseInt(match[1], 10) }];
  });
  return icons.sort((left, right) => (left.size ?? 0) - (right.size ?? 0));
}
