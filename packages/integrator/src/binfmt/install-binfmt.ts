import { readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import { sha256 } from '../files/hash.ts';
import { removeFile } from '../files/remove-file.ts';
import { hashOf, isThere, missingFolders, temporaryName, writeAtomically } from '../files/write-file.ts';
import { appImageRegistrations, INTERPRETER_PATH, interpreterOf } from './appimage-registrations.ts';
import { type BinfmtRecord, isOwnFolder, parseBinfmtConf, serializeBinfmtConf } from './binfmt-conf.ts';
import { type BinfmtOptions, type BinfmtState, CONF_PATH, KERNEL_FOLDER, readBinfmt } from './read-binfmt.ts';
import { serializeRegistration } from './registration.ts';

/** Of programs that were at their place before, as many are remembered. */
const MAXIMUM_REMEMBERED = 4;

/** What was taken away. */
export interface RemovedBinfmt {
  readonly removed: readonly string[];
  /** Files that somebody else has changed; they stay. */
  readonly kept: readonly string[];
}

/**
 * Has the kernel start AppImages of type 1 and 2 by a runtime, now and from every boot on. The file in `binfmt.d` is written first, as it says
 * what else there may be.
 *
 * @param runtime of an AppImage, for this machine; a copy without its magic is what is registered
 * @throws AppImageError `not-permitted` where somebody else starts AppImages, where our file was changed, or without the rights for it; `io`
 */
export async function installBinfmt(
  runtime: Uint8Array,
  { systemRoot = '/' }: BinfmtOptions = {},
): Promise<BinfmtState> {
  const { foreign, isAvailable } = await readBinfmt({ systemRoot });
  checkRights(systemRoot);
  await refuse(systemRoot, foreign);
  const program = interpreterOf(runtime);
  const conf = join(systemRoot, CONF_PATH);
  const path = join(systemRoot, INTERPRETER_PATH);
  const before = await readRecord(systemRoot);
  if (before === 'changed') throw changed(conf);
  const hashes = [...(before?.interpreters ?? []), sha256(program)];
  const found = await hashOf(path);
  if (found !== 'absent' && !hashes.includes(found)) throw changed(path);
  const made = [...(await missingFolders(conf)), ...(await missingFolders(path))]
    .map((folder) => withoutRoot(systemRoot, folder))
    .filter(isOwnFolder);
  const record: BinfmtRecord = {
    interpreters: [...new Set(hashes)].slice(-MAXIMUM_REMEMBERED),
    folders: [...new Set([...(before?.folders ?? []), ...made])],
  };
  await writeAtomically(conf, new TextEncoder().encode(serializeBinfmtConf(record)));
  await writeAtomically(path, program, { mode: 0o755 });
  if (isAvailable) {
    await unregister(systemRoot);
    for (const registration of appImageRegistrations()) {
      await tellKernel(join(systemRoot, KERNEL_FOLDER, 'register'), serializeRegistration(registration));
    }
  }
  return await readBinfmt({ systemRoot });
}

/**
 * Takes away what {@link installBinfmt} has made; AppImages start by themselves again. Doing it again changes nothing.
 *
 * @throws AppImageError `not-permitted` without the rights for it; `io`
 */
export async function removeBinfmt({ systemRoot = '/' }: BinfmtOptions = {}): Promise<RemovedBinfmt> {
  checkRights(systemRoot);
  const removed = await unregister(systemRoot);
  const conf = join(systemRoot, CONF_PATH);
  const path = join(systemRoot, INTERPRETER_PATH);
  const record = await readRecord(systemRoot);
  const kept: string[] = record === 'changed' ? [CONF_PATH] : [];
  const known = record === 'changed' ? undefined : record;
  for (const each of [conf, path]) await removeFile(temporaryName(each));
  const found = await hashOf(path);
  if (known?.interpreters.includes(found) === true) {
    await removeFile(path);
    removed.push(INTERPRETER_PATH);
  } else if (found !== 'absent') kept.push(INTERPRETER_PATH);
  if (known !== undefined) {
    await removeFile(conf);
    removed.push(CONF_PATH);
    for (const folder of known.folders.toReversed()) await rmdir(join(systemRoot, folder)).catch(() => undefined);
  }
  return { removed, kept };
}

/** What our file in `binfmt.d` says; undefined where there is none. */
async function readRecord(systemRoot: string): Promise<BinfmtRecord | 'changed' | undefined> {
  const path = join(systemRoot, CONF_PATH);
  const text = await readFile(path, 'latin1').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw ioError(`Cannot read ${path}`, path, cause);
  });
  return text === undefined ? undefined : (parseBinfmtConf(text) ?? 'changed');
}

function checkRights(systemRoot: string): void {
  if (systemRoot !== '/' || process.getuid?.() === 0) return;
  throw new AppImageError(
    'not-permitted',
    `Cannot change the registrations of the kernel: expected root, found user ${process.getuid?.()}`,
  );
}

async function refuse(systemRoot: string, foreign: BinfmtState['foreign']): Promise<void> {
  const [other] = foreign;
  if (other !== undefined) {
    throw new AppImageError(
      'not-permitted',
      `Cannot register AppImages with the kernel: expected nobody who has, found ${other.owner}, in ${other.path}; remove that first`,
      { path: other.path },
    );
  }
  if (await isThere(join(systemRoot, '/etc/NIXOS'))) {
    throw new AppImageError(
      'not-permitted',
      'Cannot register AppImages with the kernel: expected a system whose /etc is its own, found NixOS; set programs.appimage.binfmt in its configuration',
    );
  }
}

/** Takes ours out of the kernel; answers where they were. */
async function unregister(systemRoot: string): Promise<string[]> {
  const { registered } = await readBinfmt({ systemRoot });
  for (const name of registered) await tellKernel(join(systemRoot, KERNEL_FOLDER, name), '-1');
  return registered.map((name) => `${KERNEL_FOLDER}/${name}`);
}

async function tellKernel(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'w' }).catch((cause: unknown) => {
    throw ioError('Cannot change the registrations of the kernel', path, cause);
  });
}

function changed(path: string): AppImageError {
  return new AppImageError(
    'not-permitted',
    `Cannot write ${path}: expected what was written there before, found what somebody else has made of it`,
    { path },
  );
}

function withoutRoot(systemRoot: string, folder: string): string {
  return join('/', folder.slice(join(systemRoot, '/').length));
}
