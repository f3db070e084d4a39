import { stat } from 'node:fs/promises';
import { type BuildOptions, type BuiltAppImage, planAppImage, type ReproducibilityReport } from '@appimage-js/builder';
import { AppImageError } from '@appimage-js/format';
import type { DeltaPart, DeltaReport, MadeControlFile } from '@appimage-js/updater';
import { showPath } from './output/printable.ts';
import { formatBlockSize, formatExactSize, formatSize } from './output/size.ts';
import type { Session } from './session.ts';

/** What may be asked for besides the image. */
export interface ExtraWork {
  /** Write the control file beside the image. */
  readonly zsync?: boolean | undefined;
  /** An older image, to say what an update from it fetches. */
  readonly against?: string | undefined;
}

/** What there is besides the image; only what was asked for. */
export interface Extras {
  readonly zsync?: MadeControlFile;
  readonly delta?: DeltaReport;
}

/** Parts of a delta that are listed one by one. */
const LISTED_PARTS = 10;

/**
 * Checks before the build that the older image is there, and is another file than the one that will be replaced.
 *
 * @throws AppImageError `not-found` or `not-permitted`
 */
export async function checkAgainst(against: string | undefined, request: BuildOptions): Promise<void> {
  if (against === undefined) return;
  const old = await stat(against).catch((cause: unknown) => {
    throw new AppImageError('not-found', `Cannot compare with ${against}: there is no such file`, {
      path: against,
      cause,
    });
  });
  const { output } = await planAppImage(request);
  const replaced = await stat(output).catch(() => undefined);
  if (replaced?.ino !== old.ino || replaced.dev !== old.dev) return;
  const message = `Cannot compare with ${against}: it is the file that the build would replace; name another output with -o`;
  throw new AppImageError('not-permitted', message, { path: against });
}

/** Does what was asked for besides the image. */
export async function afterBuild(
  { path, plan }: BuiltAppImage,
  { zsync, against }: ExtraWork,
  signal: AbortSignal,
): Promise<Extras> {
  if (!zsync && against === undefined) return {};
  const { explainDelta, makeControlFile } = await import('@appimage-js/updater');
  const { kind, time } = plan.payload.times;
  const made = zsync
    ? await makeControlFile({
        file: path,
        ...(kind === 'clamped' && { mtime: time }), // SOURCE_DATE_EPOCH makes the control file the same each time, too
        ...(against !== undefined && { against }),
        signal,
      })
    : undefined;
  const blockSize = made?.blockSize;
  const delta = against === undefined ? undefined : await explainDelta({ file: path, against, blockSize, signal });
  return { ...(made && { zsync: made }), ...(delta && { delta }) };
}

/** Tells people what {@link afterBuild} has done. */
export async function printExtras(session: Session, { zsync, delta }: Extras): Promise<void> {
  if (zsync !== undefined) {
    const { path, size, blockSize } = zsync;
    await session.summary(`Wrote ${showPath(path)}: ${formatExactSize(size)}, blocks of ${formatBlockSize(blockSize)}`);
  }
  if (delta === undefined) return;
  const { bytesToFetch, controlFileSize, size, parts } = delta;
  const percent = ((100 * bytesToFetch) / size).toFixed(1);
  const control = `and the control file, ${formatSize(controlFileSize)}`;
  await session.summary(
    `An update fetches ${formatSize(bytesToFetch)} of ${formatSize(size)} (${percent} %), ${control}`,
  );
  for (const part of parts.slice(0, LISTED_PARTS)) {
    await session.summary(`  ${formatSize(part.bytes).padStart(9)}  ${describePart(part)}`);
  }
  const rest = parts.slice(LISTED_PARTS);
  if (rest.length === 0) return;
  const bytes = rest.reduce((total, part) => total + part.bytes, 0);
  await session.summary(`  ${formatSize(bytes).padStart(9)}  ${rest.length} more`);
}

const REASONS: Readonly<Record<DeltaPart['reason'], string>> = {
  new: 'is new',
  changed: 'changed',
  repacked: 'is the same, stored otherwise: by another compression or block size, or beside small files that changed',
  'moved-along': 'goes with the rest',
};

const PARTS = {
  runtime: 'the runtime and what is embedded in it',
  tables: 'the tables of the file system',
  appendix: 'what lies behind the file system',
} as const;

function describePart({ what, reason }: DeltaPart): string {
  return 'path' in what ? `${showPath(what.path)} ${REASONS[reason]}` : PARTS[what.part];
}

/** Says whether a second build was the same; one that was not makes the command fail. */
export async function printReproducibility(session: Session, report: ReproducibilityReport): Promise<void> {
  const { sha256, firstDifference } = report;
  if (firstDifference === null) return session.summary(`Reproducible: a second build was the same, SHA-256 ${sha256}`);
  const { part, offset } = firstDifference;
  session.note(`Not reproducible: a second build differs from offset ${offset} on, in ${showPath(part)}`);
}
