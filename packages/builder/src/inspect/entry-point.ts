import { posix } from 'node:path';
import { AppImageError, getString, isAppImageError } from '@appimage-js/format';
import { type ExecCommand, parseExecCommand } from '../app-run/exec-command.ts';
import { findHooks, type Hooks, readsHooks } from '../app-run/hooks.ts';
import type { ImageType } from '../build-options.ts';
import { showPath } from '../show-path.ts';
import { type AppDir, type AppDirFile, isExecutable, resolveEntry, resolveFile } from './app-dir.ts';
import type { DesktopFile } from './desktop-file.ts';
import type { LocalFiles } from './local-file.ts';

/** What starts the application. */
export type EntryPoint = AppRunEntryPoint | ExecEntryPoint;

/** The AppDir has its own `AppRun`, or some for one architecture each. */
export interface AppRunEntryPoint {
  readonly kind: 'app-run';
  /** The file that `AppRun` is, symlinks resolved. */
  readonly path: string;
  readonly executable: boolean;
  /** Those for other architectures, which a shImg may have instead of one for all. */
  readonly others: readonly { readonly path: string; readonly executable: boolean }[];
  /** Scripts in `apprun-hooks` that `AppRun` does not seem to read. */
  readonly unreadHooks: readonly string[];
}

/** `AppRun` is to be made: from the key `Exec`, or around `AppRun.wrapped`, as linuxdeploy calls an AppRun that has hooks. */
export interface ExecEntryPoint {
  readonly kind: 'exec';
  /** A program in the AppDir, or one that every Linux system has, by its name. */
  readonly program: ProgramInAppDir | { readonly command: string };
  /** Its arguments. */
  readonly command: ExecCommand;
  /** Directories of the AppDir that belong on the PATH. */
  readonly path: readonly string[];
  /** Whether the AppDir has `usr/share`. */
  readonly hasSharedData: boolean;
  readonly hooks: Hooks;
}

/** A program that comes along. */
export interface ProgramInAppDir {
  /** The path by which it is started: programs that are several at once look at the name that they are called by. */
  readonly calledAs: string;
  /** The file that this is, symlinks resolved. */
  readonly path: string;
  readonly executable: boolean;
}

/** Architectures that a shImg can have, in the spelling of AppImage file names. */
const ARCHITECTURES = ['x86_64', 'i686', 'armhf', 'aarch64'];
/** Where a program without a path is looked for. */
const PROGRAM_FOLDERS = ['usr/bin', 'bin', 'usr/games', 'usr/sbin', 'sbin', ''];
/** What goes into the PATH. */
export const PATH_FOLDERS: readonly string[] = ['usr/bin', 'bin', 'usr/games', 'usr/sbin', 'sbin'];
const WRAPPED = 'AppRun.wrapped';
const STARTS_WRAPPED: ExecCommand = { program: WRAPPED, before: [], firstFile: null, after: [] };
/** Commands of the host that an `Exec` may begin with. */
const HOST_COMMANDS: ReadonlyMap<string, string> = new Map([
  ['env', 'env'],
  ['/usr/bin/env', 'env'],
  ['sh', 'sh'],
  ['/bin/sh', 'sh'],
]);

/**
 * Finds what the image will start: `AppRun`, else the program that the desktop entry names.
 *
 * @throws AppImageError `malformed` when there is neither, or the kernel could not run it
 */
export function findEntryPoint(
  appDir: AppDir,
  { desktopFile, files, type }: { desktopFile: DesktopFile; files: LocalFiles; type: ImageType },
): EntryPoint {
  const [first, ...others] = appRunNames(appDir, type).map((name) => findAppRun(appDir, files, name));
  if (first !== undefined) return { kind: 'app-run', ...first, others, unreadHooks: unreadHooks(appDir, files, first) };
  const command = appDir.root.entries.has(WRAPPED) ? STARTS_WRAPPED : readExec(appDir, desktopFile);
  const hostCommand = HOST_COMMANDS.get(command.program);
  const program = command === STARTS_WRAPPED ? findWrapped(appDir, files) : findProgram(appDir, command.program);
  if (program === undefined && hostCommand === undefined) {
    throw malformed(
      appDir,
      `the program that ${showPath(desktopFile.name)} names in Exec must be in the AppDir, found no ${showPath(command.program)} ` +
        `in ${PROGRAM_FOLDERS.slice(0, 3).join(', ')}; add it, or an AppRun`,
    );
  }
  return {
    kind: 'exec',
    program: program ?? { command: hostCommand as string },
    command,
    path: PATH_FOLDERS.filter((folder) => resolveEntry(appDir, folder)?.entry.type === 'directory'),
    hasSharedData: resolveEntry(appDir, 'usr/share')?.entry.type === 'directory',
    hooks: findHooks(appDir, files),
  };
}

/** What the runtime starts on an architecture rather than `AppRun`. */
export function appRunName(architecture: string): string {
  return `AppRun.${architecture === 'i686' ? 'i386' : architecture}`;
}

/** Architectures for which the AppDir of a shImg has its own `AppRun`. */
export function appRunArchitectures(appDir: AppDir): string[] {
  return ARCHITECTURES.filter((name) => appDir.root.entries.has(appRunName(name)));
}

function appRunNames(appDir: AppDir, type: ImageType): string[] {
  const forAll = appDir.root.entries.has('AppRun') ? ['AppRun'] : [];
  return type === 'shimg' ? [...forAll, ...appRunArchitectures(appDir).map(appRunName)] : forAll;
}

function findAppRun(appDir: AppDir, files: LocalFiles, name: string): { path: string; executable: boolean } {
  const resolved = resolveFile(appDir, name);
  if (resolved === undefined) throw malformed(appDir, `${name} must be a file, or a symlink to a file in the AppDir`);
  const start = files.readStart(resolved.file, 4);
  const isScript = start[0] === 0x23 && start[1] === 0x21;
  const isElf = start[0] === 0x7f && start[1] === 0x45 && start[2] === 0x4c && start[3] === 0x46;
  if (!(isScript || isElf)) {
    throw malformed(appDir, `${name} must be an ELF program or a script that begins with #!, found neither`);
  }
  return describe(resolved);
}

function unreadHooks(appDir: AppDir, files: LocalFiles, { path }: { readonly path: string }): readonly string[] {
  const { scripts } = findHooks(appDir, files);
  const appRun = resolveFile(appDir, path)?.file;
  return scripts.length === 0 || appRun === undefined || readsHooks(appRun, files) ? [] : scripts;
}

function findWrapped(appDir: AppDir, files: LocalFiles): ProgramInAppDir {
  return { calledAs: WRAPPED, ...findAppRun(appDir, files, WRAPPED) };
}

function readExec(appDir: AppDir, { name, entry, iconName, appName }: DesktopFile): ExecCommand {
  const exec = getString(entry, 'Exec');
  if (exec === undefined) throw malformed(appDir, `AppDir must have an AppRun, or ${showPath(name)} the key Exec`);
  try {
    return parseExecCommand(exec, { icon: iconName, name: appName });
  } catch (cause) {
    if (!isAppImageError(cause)) throw cause;
    const reason = cause.message.replace(/^Cannot read Exec: /, '');
    throw malformed(appDir, `Exec in ${showPath(name)} must be a command line: ${reason}`);
  }
}

/** The program that a name in `Exec` stands for. */
export function findProgram(appDir: AppDir, name: string): ProgramInAppDir | undefined {
  const candidates = name.includes('/') ? [name] : PROGRAM_FOLDERS.map((folder) => `${folder}/${name}`);
  for (const candidate of candidates) {
    const resolved = resolveFile(appDir, candidate);
    if (resolved !== undefined)
      return { calledAs: posix.normalize(candidate).replace(/^\//, ''), ...describe(resolved) };
  }
  return undefined;
}

function describe({ path, file }: { readonly path: string; readonly file: AppDirFile }) {
  return { path, executable: isExecutable(file) };
}

function malformed(appDir: AppDir, message: string): AppImageError {
  return new AppImageError('malformed', `Cannot build from ${showPath(appDir.path)}: ${message}`, {
    path: appDir.path,
  });
}
