import {
  AppImageError,
  findSection,
  parseUpdateInformation,
  serializeUpdateInformation,
  TYPE_1_UPDATE_INFORMATION_SIZE,
} from '@appimage-js/format';
import type { BuildOptions, ImageType } from '../build-options.ts';
import type { Runtime } from '../inspect/runtime.ts';
import type { BuildWarning } from './build-plan.ts';
import { type GuessedImage, guessUpdateInformation, noGuessWarning } from './guess-update-information.ts';

/** Transports that the specification has. */
const SPECIFIED: ReadonlySet<string> = new Set(['zsync', 'gh-releases-zsync', 'pling-v1-zsync', 'bintray-zsync']);

/** Where updates come from. */
export interface PlannedUpdates {
  readonly text: string | null;
  /** The service by which it was guessed. */
  readonly from: string | null;
  readonly warnings: readonly BuildWarning[];
}

/**
 * Takes the update information that was given, or guesses it where that was asked for.
 *
 * @throws AppImageError as {@link checkUpdateInformation}
 */
export function planUpdateInformation(
  { updateInformation, guessFrom }: Pick<BuildOptions, 'updateInformation' | 'guessFrom'>,
  { runtime, type, ...image }: GuessedImage & { readonly runtime: Runtime; readonly type?: ImageType },
): PlannedUpdates {
  if (updateInformation !== undefined) {
    return { text: updateInformation, from: null, warnings: checkUpdateInformation(updateInformation, runtime, type) };
  }
  if (guessFrom === undefined) return { text: null, from: null, warnings: [] };
  const guess = guessUpdateInformation(guessFrom, image);
  if (guess.text === null) return { text: null, from: null, warnings: [noGuessWarning(guess)] };
  return { text: guess.text, from: guess.from, warnings: checkUpdateInformation(guess.text, runtime, type) };
}

/**
 * Checks update information before anything is written.
 *
 * @throws AppImageError `malformed` when it is none, `limit` when the runtime has no room for it
 */
export function checkUpdateInformation(text: string, runtime: Runtime, type: ImageType = 'type-2'): BuildWarning[] {
  const { length } = serializeUpdateInformation(text);
  const room = roomForUpdateInformation(runtime, type);
  if (length > room) {
    throw new AppImageError(
      'limit',
      `Cannot embed update information: it must have at most ${room} bytes, found ${length}`,
    );
  }
  const { transport = '', problems = [] } = parseUpdateInformation(text) ?? {};
  const warnings: BuildWarning[] = problems
    .filter(({ code }) => code !== 'unknown-transport')
    .map(({ message }) => ({
      code: 'update-information-problem',
      path: null,
      message: `update information: ${message}`,
    }));
  if (SPECIFIED.has(transport)) return warnings;
  const message = `the specification has no update transport ${JSON.stringify(transport)}: not every updater will know it`;
  return [...warnings, { code: 'unknown-update-transport', path: null, message }];
}

/** The most bytes that update information may have in an image of that type. */
export function roomForUpdateInformation({ elf }: Pick<Runtime, 'elf'>, type: ImageType): number {
  if (type === 'type-1') return TYPE_1_UPDATE_INFORMATION_SIZE;
  return elf === null ? Number.POSITIVE_INFINITY : (findSection(elf, '.upd_info')?.size ?? 0);
}
