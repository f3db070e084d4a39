import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isThere } from '../files/write-file.ts';
import { appImageRegistrations, INTERPRETER_PATH, takesAppImages } from './appimage-registrations.ts';
import { type BinfmtRegistration, parseKernelRegistration, parseRegistration } from './registration.ts';

/** How the kernel starts AppImages on a machine. */
export interface BinfmtState {
  /** Whether the kernel's registrations can be seen, and so made. */
  readonly isAvailable: boolean;
  /** Names of ours that the kernel has. */
  readonly registered: readonly string[];
  /** Whether ours are registered at every boot. */
  readonly isPermanent: boolean;
  /** Those of others that take AppImages. */
  readonly foreign: readonly ForeignRegistration[];
}

/** A registration that another program has made. */
export interface ForeignRegistration {
  readonly name: string;
  readonly interpreter: string;
  /** The program that it is of, as far as it is known. */
  readonly owner: string;
  /** The file that it is in, the kernel's or one that is read at boot. */
  readonly path: string;
}

/** Options of what looks at registrations. */
export interface BinfmtOptions {
  /** The root of the system that is looked at. Default `/`. */
  readonly systemRoot?: string;
}

export const KERNEL_FOLDER = '/proc/sys/fs/binfmt_misc';
const CONF_FOLDER = '/etc/binfmt.d';
export const CONF_PATH: string = `${CONF_FOLDER}/appimage-js.conf`;
/** In the order in which files of one name take the place of each other. */
const CONF_FOLDERS = [CONF_FOLDER, '/run/binfmt.d', '/usr/local/lib/binfmt.d', '/usr/lib/binfmt.d', '/lib/binfmt.d'];
const OWNERS: readonly (readonly [RegExp, string])[] = [
  [/appimagelauncher/i, 'AppImageLauncher'],
  [/^\/run\/binfmt\//, 'NixOS'],
  [/^\/nix\/store\//, 'NixOS'],
  [/appimaged/i, 'appimaged'],
];

/** Looks at the kernel's registrations and at those that are made at boot. What can not be read says nothing. */
export async function readBinfmt({ systemRoot = '/' }: BinfmtOptions = {}): Promise<BinfmtState> {
  const inKernel = await readKernel(systemRoot);
  const atBoot = await readConfs(systemRoot);
  const ownNames = new Set(appImageRegistrations().map(({ name }) => name));
  const isOwn = ({ name, interpreter }: BinfmtRegistration) => ownNames.has(name) && interpreter === INTERPRETER_PATH;
  const foreign = [...inKernel, ...atBoot].filter((each) => takesAppImages(each) && !isOwn(each));
  return {
    isAvailable: await isThere(join(systemRoot, KERNEL_FOLDER, 'register')),
    registered: inKernel.filter(isOwn).map(({ name }) => name),
    isPermanent: atBoot.some(isOwn),
    foreign: foreign.map(({ name, interpreter, path }) => ({
      name,
      interpreter,
      owner: ownerOf(interpreter, path),
      path,
    })),
  };
}

type Found = BinfmtRegistration & { readonly path: string };

async function readKernel(systemRoot: string): Promise<Found[]> {
  const found: Found[] = [];
  for (const name of await listFolder(join(systemRoot, KERNEL_FOLDER))) {
    if (name === 'register' || name === 'status') continue;
    const text = await readFile(join(systemRoot, KERNEL_FOLDER, name), 'latin1').catch(() => '');
    const registration = parseKernelRegistration(name, text);
    if (registration.isEnabled) found.push({ ...registration, path: `${KERNEL_FOLDER}/${name}` });
  }
  return found;
}

async function readConfs(systemRoot: string): Promise<Found[]> {
  const paths = new Map<string, string>();
  for (const folder of CONF_FOLDERS) {
    for (const name of await listFolder(join(systemRoot, folder))) {
      if (name.endsWith('.conf') && !paths.has(name)) paths.set(name, `${folder}/${name}`);
    }
  }
  const found: Found[] = [];
  for (const path of paths.values()) {
    const text = await readFile(join(systemRoot, path), 'latin1').catch(() => '');
    for (const line of text.split('\n')) {
      const registration = parseRegistration(line);
      if (registration !== null) found.push({ ...registration, path });
    }
  }
  return found;
}

function ownerOf(interpreter: string, path: string): string {
  const known = OWNERS.find(([pattern]) => pattern.test(interpreter) || pattern.test(path));
  return known?.[1] ?? `the owner of ${interpreter}`;
}

async function listFolder(folder: string): Promise<string[]> {
  return readdir(folder).then(
    (names) => names.sort(),
    () => [],
  );
}
