import { type AppImageError, type AppImageErrorCode, isAppImageError } from '../errors.ts';

/** Something about an image that is not as it should be; the rest of the image can be read all the same. */
export interface ImageProblem {
  /**
   * Which part: `payload`, `desktop-entry`, `icon`, `appstream`, `update-information`, `signature`, `runtime`,
   * `integration-zip`, `helper` …
   */
  readonly part: string;
  readonly code: AppImageErrorCode;
  readonly message: string;
}

/** What is wrong with the image itself, and not with the way to it. */
const OF_THE_IMAGE: ReadonlySet<AppImageErrorCode> = new Set([
  'malformed',
  'out-of-bounds',
  'limit',
  'unsupported',
  'not-found',
  'not-permitted',
]);

/** Whether an error is about what is in the image, so that everything else in it may still be worth reading. */
export function isAboutImage(error: unknown): error is AppImageError {
  return isAppImageError(error) && OF_THE_IMAGE.has(error.code);
}

/** Reads a part of an image; where that is damaged, notes the problem and answers null. */
export async function readOrProblem<Part>(
  problems: ImageProblem[],
  part: string,
  read: () => Promise<Part | null | undefined>,
): Promise<Part | null> {
  try {
    return (await read()) ?? null;
  } catch (error) {
    if (!isAboutImage(error)) throw error;
    problems.push({ part, code: error.code, message: error.message });
    return null;
  }
}
