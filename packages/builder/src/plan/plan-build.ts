import { getString } from '@appimage-js/format';
import type { BuildOptions, Modes } from '../build-options.ts';
import { type AppDir, walk } from '../inspect/app-dir.ts';
import type { BuildInput } from '../inspect/inspect.ts';
import { choosePayloadFormat } from '../pack/payload-format.ts';
import { checkRoomForSignature } from '../sign/embed-signature.ts';
import { checkRoomForDigest } from '../sign/room-for-digest.ts';
import { checkedOrder } from '../sort/content-order.ts';
import type { BuildPlan, BuildWarning, PlannedContents } from './build-plan.ts';
import { checkReadable } from './compression.ts';
import { checkMountWay } from './mount-way.ts';
import { planOutputPath } from './output-path.ts';
import { planAdditions } from './plan-additions.ts';
import { planWarnings } from './plan-warnings.ts';
import { plannedFirstStage, plannedRuntime } from './planned-runtime.ts';
import { planTimes } from './times.ts';
import { planUpdateInformation } from './update-information.ts';

/**
 * Decides everything about the image. Pure: neither the disk nor the clock nor the environment is asked, but for the
 * working directory, which a relative `output` is relative to.
 *
 * @throws RangeError for options that are not valid
 * @throws AppImageError `malformed` or `limit` for update information that can not be embedded
 */
export function planBuild(input: BuildInput, options: BuildOptions): BuildPlan {
  const { appDir, desktopFile, icon, runtime, firstStage, type, architectures } = input;
  const architecture = architectures.join('-');
  const version = options.version ?? getString(desktopFile.entry, 'X-AppImage-Version') ?? null;
  const modes = planModes(options);
  const warnings: BuildWarning[] = planWarnings(input, modes);
  const output = planOutputPath(options.output, { name: desktopFile.appName, version, architecture });
  const updates = planUpdateInformation(options, { output, version, runtime, type });
  warnings.push(...updates.warnings);
  if (options.mount !== undefined) checkMountWay(options.mount, firstStage ?? runtime);
  const carrier = type === 'type-1' ? { elf: null } : runtime;
  if (options.signer !== undefined) checkRoomForSignature(carrier);
  if (options.digestMd5) checkRoomForDigest(carrier);
  const format = choosePayloadFormat(options);
  checkReadable(format, runtime);
  const madeExecutable = modes === 'keep' ? [] : planMadeExecutable(input);
  return {
    type,
    name: desktopFile.appName,
    version,
    architecture,
    architectures,
    appDir: appDir.path,
    output,
    desktopEntry: desktopFile.name,
    icon: icon.path,
    metainfo: input.metainfo?.path ?? null,
    additions: planAdditions(input, { name: desktopFile.appName, version, architecture }),
    madeExecutable,
    modes,
    contents: countContents(appDir),
    leftOut: input.leftOut,
    patched: input.usrPatches.map(({ file, offsets }) => ({ path: file.path, places: offsets.length })),
    payload: {
      ...format,
      offset: firstStage === null ? runtime.bytes.length : 0,
      sort: checkedOrder(options.sort ?? 'name'),
      uid: 0,
      gid: 0,
      times: planTimes(options.sourceDateEpoch),
    },
    runtime: plannedRuntime(runtime),
    firstStage: plannedFirstStage(firstStage),
    updateInformation: updates.text,
    updateInformationFrom: updates.from,
    mount: options.mount ?? null,
    signed: options.signer !== undefined,
    warnings: [...planStartable(input, modes), ...warnings],
  };
}

function planMadeExecutable(input: BuildInput): string[] {
  const started = startedPrograms(input).filter(({ executable }) => !executable);
  return [...new Set([...started.map(({ path }) => path), ...input.missingExecutables.paths])];
}

function planModes({ modes = 'normal' }: BuildOptions): Modes {
  if (modes === 'normal' || modes === 'keep') return modes;
  throw new RangeError(`Cannot plan build: modes must be normal or keep, found ${JSON.stringify(modes)}`);
}

/** What starts the application must be executable; where nothing is, that is no mistake but the system's way. */
function planStartable(input: BuildInput, modes: Modes): BuildWarning[] {
  if (modes === 'normal' && input.missingExecutables.everywhere) return [];
  const code = 'app-run-not-executable';
  const remedy = modes === 'keep' ? 'the image will not start, as permissions are kept' : 'it is in the image';
  return startedPrograms(input)
    .filter(({ executable }) => !executable)
    .map(({ path }) => ({ code, path, message: `${path} is not executable; ${remedy}` }));
}

function startedPrograms({ entryPoint }: BuildInput): { readonly path: string; readonly executable: boolean }[] {
  if (entryPoint.kind === 'app-run') return [entryPoint, ...entryPoint.others];
  return [entryPoint.program].filter((each) => 'path' in each);
}

function countContents({ root }: AppDir): PlannedContents {
  const count = { files: 0, directories: 1, symlinks: 0, bytes: 0 };
  const seen = new Set<object>();
  for (const entry of walk(root)) {
    if (entry.type === 'directory') count.directories += 1;
    else if (entry.type === 'symlink') count.symlinks += 1;
    else {
      count.files += 1;
      if (!seen.has(entry)) count.bytes += entry.size;
      seen.add(entry);
    }
  }
  return count;
}
