import {
  DEFAULT_OLDEST_RELEASE,
  type DistributionRelease,
  RELEASES,
  RELEASES_DATE,
  type VersionFamily,
} from '../../data/releases.ts';
import type { Rule } from '../../rule.ts';
import { BEST_PRACTICES } from '../../sources.ts';
import type { LoadedWith } from './elf-facts.ts';
import type { ProgramRules } from './program-rules.ts';
import type { Programs } from './programs.ts';
import { listWords } from './words.ts';

const GLIBC_TOO_NEW: Rule = {
  id: 'glibc-too-new',
  severity: 'warning',
  severityIn: { appimagehub: 'error' },
  summary: 'No file needs a newer C library than the oldest release has that the image is for',
  source: BEST_PRACTICES,
  remedy: 'Build on that release, or name a newer one as the oldest that you support',
  profiles: ['recommended', 'appimagehub'],
};

const LIBSTDCXX_TOO_NEW: Rule = {
  id: 'libstdcxx-too-new',
  severity: 'warning',
  severityIn: { appimagehub: 'error' },
  summary: 'No file needs newer libraries of the compiler than the oldest release has, unless they are inside',
  source: BEST_PRACTICES,
  remedy: 'Build with the compiler of that release, or link the library statically (-static-libstdc++ -static-libgcc)',
  profiles: ['recommended', 'appimagehub'],
};

const STARTS_ON: Rule = {
  id: 'starts-on',
  severity: 'note',
  summary: 'The supported releases on which the C and C++ libraries are too old are known',
  source: BEST_PRACTICES,
  remedy: 'Nothing has to be done; build on an older release to reach more systems',
  profiles: [],
};

/** The highest version of a family that is needed, and who needs it. */
interface Need {
  readonly family: VersionFamily | 'capability';
  /** As it is in the file: `GLIBC_2.34`. */
  readonly name: string;
  readonly version: string;
  readonly library: string;
  /** Null for the runtime of the image. */
  readonly path: string | null;
  /** How many more files need it. */
  others: number;
}

/** What the files of an image ask of the C and C++ libraries of the system. */
export const symbolVersionRules: ProgramRules = {
  rules: [GLIBC_TOO_NEW, LIBSTDCXX_TOO_NEW, STARTS_ON],
  check(programs, report) {
    const oldest = findRelease(programs.subject.settings.oldest ?? DEFAULT_OLDEST_RELEASE);
    const needs = collectNeeds(programs);
    for (const need of needs) {
      if (!lacks(oldest, need)) continue;
      const isGlibc = need.family === 'GLIBC' || need.family === 'capability';
      report(isGlibc ? GLIBC_TOO_NEW : LIBSTDCXX_TOO_NEW, { path: need.path, message: tooNew(need, oldest) });
    }
    const tooOld = supportedReleases().filter((release) => needs.some((need) => lacks(release, need)));
    if (tooOld.length === 0) return;
    const lacking = needs.filter((need) => tooOld.some((release) => lacks(release, need)));
    const names = listWords(tooOld.map(({ name }) => name));
    const wanted = listWords(lacking.map(({ name }) => name));
    const verb = tooOld.length === 1 ? 'lacks' : 'lack';
    report(STARTS_ON, { message: `of the releases with support on ${RELEASES_DATE}, ${names} ${verb} ${wanted}` });
  },
};

/**
 * The release of that id.
 *
 * @throws RangeError when there is none
 */
export function findRelease(id: string): DistributionRelease {
  const found = RELEASES.find((release) => release.id === id);
  if (found !== undefined) return found;
  const ids = RELEASES.map((release) => release.id).join(', ');
  throw new RangeError(`Cannot lint: the oldest release must be one of ${ids}, found ${JSON.stringify(id)}`);
}

function supportedReleases(): DistributionRelease[] {
  return RELEASES.filter(({ supportedUntil }) => supportedUntil === null || supportedUntil >= RELEASES_DATE);
}

function tooNew(need: Need, oldest: DistributionRelease): string {
  const { name, library, others } = need;
  const supported = supportedReleases();
  const without = supported.filter((release) => lacks(release, need));
  const having = supported.find((release) => !without.includes(release));
  const more = others === 0 ? '' : ` (as ${others} more ${others === 1 ? 'file does' : 'files do'})`;
  const lacking =
    without.length === 0
      ? ''
      : `; ${listWords(without.map((each) => each.name))} ${without.length === 1 ? 'lacks' : 'lack'} it`;
  const first =
    having === undefined ? ', and so does every other release' : `, ${having.name} is the oldest that has it`;
  return `expected to start on ${oldest.name}, found a need for ${name} of ${library}${more}${lacking}${first}`;
}

/** Highest versions by family, of files that the image is for, without what is inside. */
function collectNeeds({ files, runtime, architectures, hasOwnLoader, find }: Programs): Need[] {
  const needs = new Map<string, Need>();
  const inside = hasOwnLoader ? [] : files.filter(({ architecture }) => architectures.has(architecture));
  const runtimes = runtime === null ? [] : [{ path: null, dynamic: runtime }];
  for (const { path, dynamic, ...file } of [...runtimes, ...inside]) {
    for (const { library, name, family, version } of neededVersions(dynamic)) {
      if ('architecture' in file && find(library, file.architecture) !== undefined) continue;
      const key = family === 'capability' ? name : family;
      const known = needs.get(key);
      const order = known === undefined ? 1 : compareVersions(version, known.version);
      if (order > 0) needs.set(key, { family, name, version, library, path, others: 0 });
      else if (order === 0 && known !== undefined && known.path !== path) known.others += 1;
    }
  }
  return [...needs.values()];
}

type NeededVersion = Pick<Need, 'family' | 'name' | 'version' | 'library'>;

function neededVersions(dynamic: Pick<LoadedWith, 'neededVersions'> | null): NeededVersion[] {
  return (dynamic?.neededVersions ?? []).flatMap(({ library, versions, weak }) =>
    versions.flatMap((name) => (weak.includes(name) ? [] : (parseVersion(library, name) ?? []))),
  );
}

function parseVersion(library: string, name: string): NeededVersion | undefined {
  const [, family, version] = /^(GLIBC|GLIBCXX|CXXABI|GCC)_(\d+(?:\.\d+)*)$/.exec(name) ?? [];
  if (version !== undefined) return { library, name, family: family as VersionFamily, version };
  const capability = /^GLIBC_(ABI_\w+)$/.exec(name)?.[1];
  return capability === undefined ? undefined : { library, name, family: 'capability', version: capability };
}

function lacks({ versions, capabilities }: DistributionRelease, need: Pick<Need, 'family' | 'version'>): boolean {
  if (need.family === 'capability') return !capabilities.includes(need.version);
  return compareVersions(versions[need.family], need.version) < 0;
}

/** Compares by numbers: 2.9 is less than 2.10. Negative, zero or positive, as `sort` wants it. */
export function compareVersions(left: string, right: string): number {
  const [ours, theirs] = [left.split('.'), right.split('.')];
  for (let index = 0; index < Math.max(ours.length, theirs.length); index++) {
    const difference = Number(ours[index] ?? 0) - Number(theirs[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
