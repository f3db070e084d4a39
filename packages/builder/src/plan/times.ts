import { AppImageError } from '@appimage-js/format';
import type { PlannedTimes } from './build-plan.ts';

/** 1980-01-01, the first day that ZIP archives and the tools that read them can express. */
const FIXED_TIME = 315_532_800;
const MAXIMUM_TIME = 0xffff_ffff;

/** Which times the image has; see `BuildOptions.sourceDateEpoch`. */
export function planTimes(sourceDateEpoch: number | undefined): PlannedTimes {
  if (sourceDateEpoch === undefined) return { kind: 'fixed', time: FIXED_TIME };
  if (!Number.isInteger(sourceDateEpoch) || sourceDateEpoch < 0 || sourceDateEpoch > MAXIMUM_TIME) {
    throw new RangeError(
      `Cannot plan build: sourceDateEpoch must be 0 to ${MAXIMUM_TIME} seconds, found ${sourceDateEpoch}`,
    );
  }
  return { kind: 'clamped', time: sourceDateEpoch };
}

/** The time that a file gets in the image. */
export function imageTime({ kind, time }: PlannedTimes, mtime: number): number {
  return kind === 'fixed' ? time : Math.max(0, Math.min(Math.floor(mtime), time));
}

/**
 * Reads the value of the environment variable `SOURCE_DATE_EPOCH`; undefined when it is not set.
 *
 * @see https://reproducible-builds.org/specs/source-date-epoch/
 * @throws AppImageError `malformed` when it is not a number of seconds that an image can hold
 */
export function parseSourceDateEpoch(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (seconds <= MAXIMUM_TIME) return seconds;
  throw new AppImageError(
    'malformed',
    `Cannot read SOURCE_DATE_EPOCH: it must be 0 to ${MAXIMUM_TIME} seconds since 1970, found ${JSON.stringify(value)}`,
  );
}
