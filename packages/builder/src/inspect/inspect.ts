import { findLibraryFolders, type LibraryFolder } from '../app-run/library-folders.ts';
import type { BuildOptions, ImageType } from '../build-options.ts';
import { makeElfIcon } from '../join/elf-icon.ts';
import { type FirstStage, readFirstStage } from '../join/first-stage.ts';
import { compressionOf } from '../pack/payload-format.ts';
import { findUsrPaths, type UsrPatch } from '../patch-usr/find-usr-paths.ts';
import { resolveFile } from './app-dir.ts';
import { findApplication, type IncludedApplication } from './application.ts';
import { chooseArchitectures, type FoundArchitectures, findArchitectures } from './architecture.ts';
import { findMissingExecutables, type MissingExecutables } from './executable-files.ts';
import { findIntegrationFiles, type IntegrationFile, type IntegrationFiles } from './integration-files.ts';
import { type InterpreterLine, readInterpreterLine } from './interpreter.ts';
import { LocalFiles } from './local-file.ts';
import { findMetainfo } from './metainfo.ts';
import { makePictures, type Pictures } from './pictures.ts';
import { readAppDir } from './read-app-dir.ts';
import { type Runtime, readRuntime } from './runtime.ts';
import { readShellRuntime } from './shell-runtime.ts';

/** More is no icon but a mistake. */
const MAXIMUM_ICON_SIZE = 8 * 1024 * 1024;

/** Everything that a build reads before it writes. */
export interface BuildInput extends IncludedApplication {
  readonly files: LocalFiles;
  readonly pictures: Pictures;
  /** AppStream metadata. */
  readonly metainfo: IntegrationFile | null;
  readonly missingExecutables: MissingExecutables;
  /** Where paths in programs are changed; none unless that was asked for. */
  readonly usrPatches: readonly UsrPatch[];
  /** Folders that an `AppRun` that is made must tell the dynamic loader of. */
  readonly libraryFolders: readonly LibraryFolder[];
  readonly interpreterLine: InterpreterLine | null;
  readonly foundArchitectures: FoundArchitectures;
  readonly type: ImageType;
  /** One for an image of type 2. */
  readonly architectures: readonly string[];
  readonly runtime: Runtime;
  /** What an image of type 1 begins with; null for other types. */
  readonly firstStage: FirstStage | null;
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
  const whole = await readAppDir(options.appDir, { signal });
  const files = new LocalFiles(whole);
  const application = findApplication(whole, files, options);
  const { appDir, icon } = application;
  const contents = await inspectContents(application, files, options);
  const { foundArchitectures: found, pictures, metainfo } = contents;
  const architectures = chooseArchitectures(appDir, { found, type, wanted: options.arch });
  const runtime = await chooseRuntime(architectures, options);
  const firstStage =
    type === 'type-1' ? await chooseFirstStage(architectures[0] as string, { appDir, icon, files }, options) : null;
  const integration = { ...application, files, metainfo, thumbnail: pictures.thumbnail };
  const integrationFiles = type === 'shimg' ? await findIntegrationFiles(appDir, integration) : null;
  return { ...application, ...contents, files, type, architectures, runtime, firstStage, integrationFiles };
}

/** What the files of the application say. */
async function inspectContents(
  { appDir, desktopFile, icon, entryPoint }: IncludedApplication,
  files: LocalFiles,
  { type, patchUsr = false, signal }: BuildOptions,
) {
  return {
    pictures: await makePictures(appDir, { desktopFile, icon, files, needsThumbnail: type === 'shimg', signal }),
    metainfo: findMetainfo(appDir, desktopFile),
    libraryFolders: await findLibraryFolders(appDir, entryPoint, files),
    interpreterLine: readInterpreterLine(appDir, entryPoint, files),
    foundArchitectures: await findArchitectures(appDir, entryPoint, files),
    missingExecutables: findMissingExecutables(appDir, files),
    usrPatches: patchUsr ? await findUsrPaths(appDir, files, { signal }) : [],
  };
}

async function chooseRuntime(architectures: readonly string[], options: BuildOptions): Promise<Runtime> {
  const { type = 'type-2', runtimeFile, signal } = options;
  if (type === 'shimg') {
    if (runtimeFile !== undefined) throw new RangeError('Cannot plan build: a shImg takes no other runtime');
    return await readShellRuntime({ architectures, compression: compressionOf(options) });
  }
  return await readRuntime({ architecture: architectures[0] as string, file: runtimeFile, signal });
}

async function chooseFirstStage(
  architecture: string,
  { appDir, icon, files }: Pick<BuildInput, 'appDir' | 'icon' | 'files'>,
  { firstStageFile: file, signal }: BuildOptions,
): Promise<FirstStage> {
  const found = resolveFile(appDir, icon.path)?.file;
  const contents =
    found === undefined || found.size > MAXIMUM_ICON_SIZE ? undefined : files.readStart(found, found.size);
  return await readFirstStage({ architecture, file, icon: contents && (await makeElfIcon(contents, { signal })) });
}
