import { getString } from '@appimage-js/format';
import { COMPRESSION_LEVELS, type WritableCompression } from '@appimage-js/format/node';
import type { BuildOptions } from '../build-options.ts';
import { type AppDir, walk } from '../inspect/app-dir.ts';
import type { BuildInput } from '../inspect/inspect.ts';
import { checkRoomForSignature } from '../sign/embed-signature.ts';
import type { BuildPlan, BuildWarning, PlannedContents, PlannedPayload } from './build-plan.ts';
import { checkReadable, compressionOf } from './compression.ts';
import { checkMountWay } from './mount-way.ts';
import { planOutputPath } from './output-path.ts';
import { planAdditions } from './plan-additions.ts';
import { planWarnings } from './plan-warnings.ts';
import { planTimes } from './times.ts';
import { checkUpdateInformation } from './update-information.ts';

const DEFAULT_BLOCK_SIZE = 131_072;

/**
 * Decides everything about the image. Pure: neither the disk nor the clock nor the environment is asked, but for the
 * working directory, which a relative `output` is relative to.
 *
 * @throws RangeError for options that are not valid
 * @throws AppImageError `malformed` or `limit` for update information that can not be embedded
 */
export function planBuild(input: BuildInput, options: BuildOptions): BuildPlan {
  const { appDir, desktopFile, icon, runtime, type, architectures } = input;
  const architecture = architectures.join('-');
  const version = options.version ?? getString(desktopFile.entry, 'X-AppImage-Version') ?? null;
  const warnings: BuildWarning[] = planWarnings(input);
  if (options.updateInformation !== undefined) {
    warnings.push(...checkUpdateInformation(options.updateInformation, runtime));
  }
  if (options.mount !== undefined) checkMountWay(options.mount, runtime);
  if (options.signer !== undefined) checkRoomForSignature(runtime);
  const compression = compressionOf(options);
  checkReadable(compression, runtime);
  const madeExecutable = planMadeExecutable(input);
  return {
    type,
    name: desktopFile.appName,
    version,
    architecture,
    architectures,
    appDir: appDir.path,
    output: planOutputPath(options.output, { name: desktopFile.appName, version, architecture }),
    desktopEntry: desktopFile.name,
    icon: icon.path,
    additions: planAdditions(input, version),
    madeExecutable,
    contents: countContents(appDir),
    payload: planPayload(options, compression, runtime.bytes.length),
    runtime: { file: runtime.file, size: runtime.bytes.length, sha256: runtime.sha256 },
    updateInformation: options.updateInformation ?? null,
    mount: options.mount ?? null,
    signed: options.signer !== undefined,
    warnings: [
      ...madeExecutable.map((path): BuildWarning => {
        return { code: 'app-run-not-executable', path, message: `${path} is not executable; it is in the image` };
      }),
      ...warnings,
    ],
  };
}

function planMadeExecutable({ entryPoint }: BuildInput): string[] {
  const programs =
    entryPoint.kind === 'app-run'
      ? [entryPoint, ...entryPoint.others]
      : [entryPoint.program].filter((each) => 'path' in each);
  return programs.filter(({ executable }) => !executable).map(({ path }) => path);
}

function planPayload(options: BuildOptions, compression: WritableCompression, offset: number): PlannedPayload {
  const { blockSize = DEFAULT_BLOCK_SIZE } = options;
  const { minimum, maximum, default: defaultLevel } = COMPRESSION_LEVELS[compression];
  const { level = defaultLevel } = options;
  if (!Number.isInteger(level) || level < minimum || level > maximum) {
    throw new RangeError(`Cannot plan build: level of ${compression} must be ${minimum} to ${maximum}, found ${level}`);
  }
  if (blockSize < 4096 || blockSize > 1_048_576 || !Number.isInteger(Math.log2(blockSize))) {
    throw new RangeError(
      `Cannot plan build: block size must be a power of two from 4096 to 1048576 bytes, found ${blockSize}`,
    );
  }
  return {
    kind: 'squashfs',
    compression,
    level,
    blockSize,
    offset,
    uid: 0,
    gid: 0,
    times: planTimes(options.sourceDateEpoch),
  };
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
