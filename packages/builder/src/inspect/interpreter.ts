import { decodeFileName } from '@appimage-js/format';
import { type AppDir, resolveFile } from './app-dir.ts';
import type { EntryPoint } from './entry-point.ts';
import type { LocalFiles } from './local-file.ts';

/** The first line of the script that starts the application. */
export interface InterpreterLine {
  /** The script, symlinks resolved. */
  readonly path: string;
  /** The interpreter's path, without its argument. */
  readonly interpreter: string;
  /** Whether a carriage return ends the line, which Linux takes for a part of it. */
  readonly hasCarriageReturn: boolean;
}

/** Linux reads no more of a file to find out how to run it (`BINPRM_BUF_SIZE`). */
const MAXIMUM_LINE_LENGTH = 256;

/** Reads which interpreter the image will start; null where the application is no script, or one of the host's commands. */
export function readInterpreterLine(appDir: AppDir, entryPoint: EntryPoint, files: LocalFiles): InterpreterLine | null {
  const started = entryPoint.kind === 'app-run' ? entryPoint : entryPoint.program;
  const resolved = 'path' in started ? resolveFile(appDir, started.path) : undefined;
  if (resolved === undefined) return null;
  const start = decodeFileName(files.readStart(resolved.file, MAXIMUM_LINE_LENGTH));
  const match = /^#![ \t]*([^ \t\r\n]+)[^\r\n]*(\r?)(?:\n|$)/.exec(start);
  if (match === null) return null;
  return { path: resolved.path, interpreter: match[1] as string, hasCarriageReturn: match[2] === '\r' };
}
