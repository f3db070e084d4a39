import { posix } from 'node:path';
import { compareFileNames, decodeFileName } from '@appimage-js/format';
import { type AppDir, type AppDirFile, isExecutable, resolveEntry, walk } from './app-dir.ts';
import type { LocalFiles } from './local-file.ts';

/** Programs that lack their executable bits. */
export interface MissingExecutables {
  /** By path. */
  readonly paths: readonly string[];
  /** Whether no file at all has them, as on Windows and out of many archives; then every program counts, wherever it is. */
  readonly everywhere: boolean;
}

/** Where programs are that are started by their names or by other programs. */
const PROGRAM_FOLDERS = ['usr/bin', 'bin', 'usr/sbin', 'sbin', 'usr/games', 'usr/local/bin', 'usr/libexec'];
/** `e_ident`, then `e_type`. */
const HEAD_LENGTH = 18;
const ET_EXEC = 2;
const ET_DYN = 3;
/** Read by others, never started. */
const LIBRARY = /\.so(?:\.|$)/;

/**
 * Finds programs that nobody could start: ELF programs and scripts with `#!` in the folders for programs and, where the AppDir
 * has no executable file at all, everywhere.
 */
export function findMissingExecutables(appDir: AppDir, files: LocalFiles): MissingExecutables {
  const all = [...walk(appDir.root)].filter((entry) => entry.type === 'file');
  const everywhere = !all.some(isExecutable);
  const candidates = everywhere ? all : PROGRAM_FOLDERS.flatMap((folder) => filesIn(appDir, folder));
  const missing = candidates.filter((file) => !isExecutable(file) && isProgram(file, files)).map(({ path }) => path);
  return { paths: [...new Set(missing)].sort(compareFileNames), everywhere };
}

function filesIn(appDir: AppDir, folder: string): AppDirFile[] {
  const directory = resolveEntry(appDir, folder)?.entry;
  if (directory?.type !== 'directory') return [];
  return [...directory.entries.values()].filter((entry) => entry.type === 'file');
}

function isProgram(file: AppDirFile, files: LocalFiles): boolean {
  if (file.size < 4) return false;
  const head = files.readStart(file, HEAD_LENGTH);
  const text = decodeFileName(head.subarray(0, 4));
  if (text.startsWith('#!')) return true;
  if (text !== '\x7fELF' || head.length < HEAD_LENGTH || LIBRARY.test(posix.basename(file.path))) return false;
  const isLittleEndian = head[5] === 1;
  const type = new DataView(head.buffer, head.byteOffset).getUint16(16, isLittleEndian);
  return type === ET_EXEC || type === ET_DYN;
}
