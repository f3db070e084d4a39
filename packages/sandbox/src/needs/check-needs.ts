import { existsSync } from 'node:fs';
import { AppImageError } from '@appimage-js/format';
import { openAppImage } from '@appimage-js/format/node';
import { readHost } from '../host.ts';
import type { ImageFacts } from '../image.ts';
import { directoryFiles } from './directory-files.ts';
import { explainMissing } from './explain-needs.ts';
import { type HostLibraries, readHostLibraries } from './host-libraries.ts';
import { type ProgramNeeds, readProgramNeeds } from './program-needs.ts';

/** The loader of glibc, which nearly all programs in AppImages are made for. */
const LOADERS: Readonly<Record<string, string>> = {
  x86_64: '/lib64/ld-linux-x86-64.so.2',
  i686: '/lib/ld-linux.so.2',
  aarch64: '/lib/ld-linux-aarch64.so.1',
  armhf: '/lib/ld-linux-armhf.so.3',
};

/**
 * Whether this host has what programs for an architecture usually count on: glibc's loader and its cache of libraries. There the
 * loader itself says by name what it misses, and nothing has to be read before a start.
 */
export function isUsualHost(architecture: string): boolean {
  const loader = LOADERS[architecture];
  return loader !== undefined && existsSync(loader) && existsSync('/etc/ld.so.cache');
}

/** Options of {@link readNeeds} and {@link checkNeeds}. */
export interface ReadNeedsOptions {
  /** Where the programs will run. Default: this host. */
  readonly host?: HostLibraries;
  readonly signal?: AbortSignal;
}

/**
 * What the programs of an image or an AppDir need and this host does not have.
 *
 * @throws AppImageError as opening and reading the image throws
 */
export async function readNeeds(
  file: string,
  image: ImageFacts,
  { host, signal }: ReadNeedsOptions = {},
): Promise<ProgramNeeds> {
  const libraries = host ?? (await readOwnLibraries(image));
  if (image.type === 'appdir') return await readProgramNeeds(directoryFiles(file), libraries, signal && { signal });
  await using opened = await openAppImage(file, signal && { signal });
  if (opened.problem !== undefined) throw opened.problem;
  return await readProgramNeeds(opened.files, libraries, signal && { signal });
}

function readOwnLibraries({ architectures }: ImageFacts): Promise<HostLibraries> {
  const { architecture } = readHost();
  const ofImage = architectures.includes(architecture) ? architecture : (architectures[0] ?? architecture);
  return readHostLibraries({ architecture: ofImage, libraryPath: process.env['LD_LIBRARY_PATH'] });
}

/**
 * Refuses to start what this host can not run, before it fails with a message that tells nothing.
 *
 * @throws AppImageError `unsupported` with what is missing and what to do
 */
export async function checkNeeds(file: string, image: ImageFacts, options: ReadNeedsOptions = {}): Promise<void> {
  const reason = explainMissing((await readNeeds(file, image, options)).missing);
  if (reason !== undefined) throw new AppImageError('unsupported', `Cannot run ${file}: ${reason}`, { path: file });
}
