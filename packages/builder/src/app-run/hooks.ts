import { compareFileNames, decodeFileName } from '@appimage-js/format';
import { type AppDir, type AppDirFile, resolveEntry, resolveFile } from '../inspect/app-dir.ts';
import type { LocalFiles } from '../inspect/local-file.ts';

/** Scripts that prepare the application's environment; linuxdeploy's plugins bring them. */
export interface Hooks {
  /** From the AppDir, in the order in which they are read. */
  readonly scripts: readonly string[];
  /** Variables that they export, as far as their text says. */
  readonly variables: readonly string[];
  /** Whether one of them says that it is written for bash. */
  readonly needBash: boolean;
}

const HOOKS_FOLDER = 'apprun-hooks';
/** More is no hook but a program. */
const MAXIMUM_SIZE = 1024 * 1024;

const BASH_LINE = /^#![^\n]*\bbash\b/;
const EXPORT = /(?:^|[;&|({\s])export\s+([^\n;&|]+)/g;
const NAME = /(?:^|\s)([A-Za-z_][A-Za-z0-9_]*)(?==|\s|$)/g;
/** What belongs to the shell or to the runtime, and is nobody's environment. */
const NOT_KEPT: ReadonlySet<string> = new Set(['APPDIR', 'APPIMAGE', 'ARGV0', 'OWD', 'PWD', 'OLDPWD', 'IFS', '_']);

/** Finds the hooks of an AppDir: each file in `apprun-hooks`, in the order of their bytes, as linuxdeploy has it. */
export function findHooks(appDir: AppDir, files: LocalFiles): Hooks {
  const folder = resolveEntry(appDir, HOOKS_FOLDER)?.entry;
  const names = folder?.type === 'directory' ? [...folder.entries.keys()].toSorted(compareFileNames) : [];
  const found = names.flatMap((name) => {
    const file = resolveFile(appDir, `${HOOKS_FOLDER}/${name}`)?.file;
    return file === undefined || name.startsWith('.') ? [] : [{ path: `${HOOKS_FOLDER}/${name}`, file }];
  });
  const texts = found.map(({ file }) => textOf(file, files));
  const variables = new Set(texts.flatMap(exportedVariables));
  return {
    scripts: found.map(({ path }) => path),
    variables: [...variables].filter((name) => !NOT_KEPT.has(name)).sort(),
    needBash: texts.some((text) => BASH_LINE.test(text)),
  };
}

/** Whether what starts the application knows of hooks, as far as its text says. */
export function readsHooks(file: AppDirFile, files: LocalFiles): boolean {
  return textOf(file, files).includes(HOOKS_FOLDER);
}

/** The names after `export`; what a script composes at its run is not seen. */
function exportedVariables(text: string): string[] {
  const code = text.replace(/(^|\s)#[^\n]*/g, '$1').replaceAll('\\\n', ' ');
  return [...code.matchAll(EXPORT)].flatMap(([, names = '']) => {
    // Values may have anything in them, also what looks like a name.
    const withoutValues = names.replace(/=(?:"(?:[^"\\]|\\.)*"|'[^']*'|\$\([^)]*\)|[^\s"'])*/g, '= ');
    return [...withoutValues.matchAll(NAME)].map(([, name = '']) => name);
  });
}

function textOf(file: AppDirFile, files: LocalFiles): string {
  return decodeFileName(files.readStart(file, MAXIMUM_SIZE));
}
