import { AppImageError } from '@appimage-js/format';
import { compareVersions } from '../versions/compare-versions.ts';
import type { ImageFacts } from './image-facts.ts';

/** What {@link checkCandidate} checks. */
export interface CandidateCheck {
  readonly installed: ImageFacts;
  readonly candidate: ImageFacts;
  /** Accept an older version than the installed one. */
  readonly allowDowngrade: boolean;
}

/** What can be started and mounted or unpacked, other than a bare file system. */
const IMAGES = new Set(['type-1', 'type-2', 'shimg', 'nixappimage']);

/**
 * Checks that a file that was fetched is an image of an application, for the same machines as the one it is to replace, and not an older
 * one. Answers what is worth a remark.
 *
 * @throws AppImageError `malformed` when it is no image or a damaged one, `unsupported` when it is for other machines, `not-permitted` when
 *   it is older
 */
export function checkCandidate({ installed, candidate, allowDowngrade }: CandidateCheck): string[] {
  if (!IMAGES.has(candidate.type) && candidate.type !== installed.type) {
    throw refuse('malformed', installed, `expected an AppImage, found a file of type ${candidate.type}`);
  }
  const { problem } = candidate;
  if (problem !== undefined && problem.code !== 'unsupported') {
    throw refuse('malformed', installed, `the new file is damaged: ${problem.message}`);
  }
  checkArchitectures(installed, candidate);
  const order = compareVersions(candidate.version ?? '', installed.version ?? '');
  if (order !== undefined && order < 0 && !allowDowngrade) {
    throw refuse(
      'not-permitted',
      installed,
      `version ${candidate.version} is older than ${installed.version}, which is installed (a downgrade has to be asked for)`,
    );
  }
  return [...remarks(installed, candidate), ...(problem === undefined ? [] : [problem.message])];
}

function checkArchitectures(installed: ImageFacts, { architectures }: ImageFacts): void {
  if (architectures.length === 0 || installed.architectures.length === 0) return;
  const missing = installed.architectures.filter((architecture) => !architectures.includes(architecture));
  if (missing.length === 0) return;
  const found = architectures.join(', ');
  throw refuse(
    'unsupported',
    installed,
    `expected an image for ${installed.architectures.join(', ')}, found one for ${found}`,
  );
}

function remarks(installed: ImageFacts, candidate: ImageFacts): string[] {
  const found: string[] = [];
  if (installed.name !== null && candidate.name !== null && installed.name !== candidate.name) {
    found.push(`The application was called ${installed.name} and is called ${candidate.name} now`);
  }
  if (candidate.size * 4 < installed.size) found.push('The new version has less than a quarter of the size');
  const [before, now] = [installed.updateInformation?.raw, candidate.updateInformation?.raw];
  if (before !== undefined && now === undefined) found.push('The new version does not say where its updates come from');
  else if (before !== now && before !== undefined) found.push(`Updates come from another place from now on: ${now}`);
  return found;
}

function refuse(
  code: 'malformed' | 'unsupported' | 'not-permitted',
  { path }: ImageFacts,
  reason: string,
): AppImageError {
  return new AppImageError(code, `Cannot update ${path}: ${reason}; nothing was replaced`, { path });
}
