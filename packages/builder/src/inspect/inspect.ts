import type { BuildOptions } from '../build-options.ts';
import type { AppDir } from './app-dir.ts';
import { chooseArchitecture, type FoundArchitectures, findArchitectures } from './architecture.ts';
import { type DesktopFile, readDesktopFile } from './desktop-file.ts';
import { type EntryPoint, findEntryPoint } from './entry-point.ts';
import { findIcon, type Icon } from './icon.ts';
import { type InterpreterLine, readInterpreterLine } from './interpreter.ts';
import { LocalFiles } from './local-file.ts';
import { readAppDir } from './read-app-dir.ts';
import { type Runtime, readRuntime } from './runtime.ts';

/** Everything that a build reads before it writes. */
export interface BuildInput {
  readonly appDir: AppDir;
  readonly files: LocalFiles;
  readonly desktopFile: DesktopFile;
  readonly icon: Icon;
  readonly entryPoint: EntryPoint;
  readonly interpreterLine: InterpreterLine | null;
  readonly foundArchitectures: FoundArchitectures;
  readonly architecture: string;
  readonly runtime: Runtime;
}

/**
 * Looks at the AppDir and chooses the runtime; nothing is written anywhere.
 *
 * @throws AppImageError for an AppDir from which no image can be made; the message says what to do
 */
export async function inspect(options: BuildOptions): Promise<BuildInput> {
  const { signal } = options;
  const appDir = await readAppDir(options.appDir, { signal });
  const files = new LocalFiles(appDir);
  const desktopFile = readDesktopFile(appDir, files);
  const icon = findIcon(appDir, desktopFile);
  const entryPoint = findEntryPoint(appDir, desktopFile, files);
  const interpreterLine = readInterpreterLine(appDir, entryPoint, files);
  const foundArchitectures = await findArchitectures(appDir, entryPoint, files);
  const architecture = chooseArchitecture(appDir, foundArchitectures, options.arch);
  const runtime = await readRuntime({ architecture, file: options.runtimeFile, signal });
  return { appDir, files, desktopFile, icon, entryPoint, interpreterLine, foundArchitectures, architecture, runtime };
}
