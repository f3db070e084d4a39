import type { BuildOptions, ImageType } from '../build-options.ts';
import { compressionOf } from '../plan/compression.ts';
import type { AppDir } from './app-dir.ts';
import { chooseArchitectures, type FoundArchitectures, findArchitectures } from './architecture.ts';
import { type DesktopFile, readDesktopFile } from './desktop-file.ts';
import { type EntryPoint, findEntryPoint } from './entry-point.ts';
import { findIcon, type Icon } from './icon.ts';
import { findIntegrationFiles, type IntegrationFiles } from './integration-files.ts';
import { type InterpreterLine, readInterpreterLine } from './interpreter.ts';
import { LocalFiles } from './local-file.ts';
import { readAppDir } from './read-app-dir.ts';
import { type Runtime, readRuntime } from './runtime.ts';
import { readShellRuntime } from './shell-runtime.ts';

/** Everything that a build reads before it writes. */
export interface BuildInput {
  readonly appDir: AppDir;
  readonly files: LocalFiles;
  readonly desktopFile: DesktopFile;
  readonly icon: Icon;
  readonly entryPoint: EntryPoint;
  readonly interpreterLine: InterpreterLine | null;
  readonly foundArchitectures: FoundArchitectures;
  readonly type: ImageType;
  /** One for an image of type 2. */
  readonly architectures: readonly string[];
  readonly runtime: Runtime;
  /** For the zip of a shImg; null for other types. */
  readonly integrationFiles: IntegrationFiles | null;
}

/**
 * Looks at the AppDir and chooses the runtime; nothing is written anywhere.
 *
 * @throws AppImageError for an AppDir from which no image can be made; the message says what to do
 */
export async function inspect(options: BuildOptions): Promise<BuildInput> {
  const { signal, type = 'type-2' } = options;
  const appDir = await readAppDir(options.appDir, { signal });
  const files = new LocalFiles(appDir);
  const desktopFile = readDesktopFile(appDir, files);
  const icon = findIcon(appDir, desktopFile);
  const entryPoint = findEntryPoint(appDir, { desktopFile, files, type });
  const interpreterLine = readInterpreterLine(appDir, entryPoint, files);
  const foundArchitectures = await findArchitectures(appDir, entryPoint, files);
  const architectures = chooseArchitectures(appDir, { found: foundArchitectures, type, wanted: options.arch });
  const runtime = await chooseRuntime(architectures, options);
  const integrationFiles = type === 'shimg' ? await findIntegrationFiles(appDir, { desktopFile, icon, files }) : null;
  const looked = { appDir, files, desktopFile, icon, entryPoint, interpreterLine, foundArchitectures };
  return { ...looked, type, architectures, runtime, integrationFiles };
}

async function chooseRuntime(architectures: readonly string[], options: BuildOptions): Promise<Runtime> {
  const { type = 'type-2', runtimeFile, signal } = options;
  if (type === 'shimg') {
    if (runtimeFile !== undefined) throw new RangeError('Cannot plan build: a shImg takes no other runtime');
    return await readShellRuntime({ architectures, compression: compressionOf(options) });
  }
  return await readRuntime({ architecture: architectures[0] as string, file: runtimeFile, signal });
}
