import { basename } from 'node:path';
import type { BuildWarning } from './build-plan.ts';
import { fileNamePart } from './output-path.ts';

/** The environment variables of a build machine. */
export type BuildEnvironment = Readonly<Record<string, string | undefined>>;

/** What the image is, as far as its updates go by that. */
export interface GuessedImage {
  /** Absolute path of the image. */
  readonly output: string;
  readonly version: string | null;
}

/** Update information that fits where the build runs. */
export interface Guess {
  /** Null where the service, or what it builds, is none that updates can come from. */
  readonly text: string | null;
  /** The service, or why there is no guess; for people. */
  readonly from: string;
}

/**
 * Guesses where updates will come from by the variables that continuous integration sets: the releases of a forge, and of GitLab's
 * branches the artifacts of the job. Each version is expected to be released under the name of this one, with its own number in it.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/variables
 * @see https://docs.gitlab.com/ci/variables/predefined_variables/
 * @see https://forgejo.org/docs/latest/user/actions/reference/
 * @see https://woodpecker-ci.org/docs/usage/environment
 */
export function guessUpdateInformation(environment: BuildEnvironment, image: GuessedImage): Guess {
  for (const service of SERVICES) {
    const guess = service(environment, image);
    if (guess !== undefined) return guess;
  }
  return { text: null, from: 'the environment is not that of GitHub, GitLab, Forgejo, Gitea or Woodpecker' };
}

/** What to tell when a guess was asked for and there is none. */
export function noGuessWarning({ from }: Guess): BuildWarning {
  const message = `no update information: ${from}; give it as text`;
  return { code: 'no-update-information', path: null, message };
}

/** Answers undefined when it is another service that builds. */
type Service = (environment: BuildEnvironment, image: GuessedImage) => Guess | undefined;

// Those that set GitHub's variables as well come first.
const SERVICES: readonly Service[] = [forgejoActions, woodpecker, gitHubActions, gitLab];

function gitHubActions(environment: BuildEnvironment, image: GuessedImage): Guess | undefined {
  if (environment['GITHUB_ACTIONS'] !== 'true') return undefined;
  const from = 'GitHub Actions';
  const host = hostOf(environment['GITHUB_SERVER_URL'] ?? 'https://github.com');
  if (host !== 'github.com') return { text: null, from: `${from} on ${host}, whose releases no updater can ask for` };
  return forge(from, ['gh-releases-zsync'], environment['GITHUB_REPOSITORY'], tagName(environment), image);
}

/** Forgejo and Gitea set the names of GitHub's variables, with their own values. */
function forgejoActions(environment: BuildEnvironment, image: GuessedImage): Guess | undefined {
  const isForgejo = environment['FORGEJO_ACTIONS'] === 'true';
  if (!isForgejo && environment['GITEA_ACTIONS'] !== 'true') return undefined;
  const host = hostOf(environment['FORGEJO_SERVER_URL'] ?? environment['GITHUB_SERVER_URL']);
  if (host === undefined) return undefined;
  const repository = environment['FORGEJO_REPOSITORY'] ?? environment['GITHUB_REPOSITORY'];
  const from = isForgejo ? 'Forgejo Actions' : 'Gitea Actions';
  return forge(from, giteaTransport(host), repository, tagName(environment), image);
}

function woodpecker(environment: BuildEnvironment, image: GuessedImage): Guess | undefined {
  if (environment['CI'] !== 'woodpecker') return undefined;
  const host = hostOf(environment['CI_FORGE_URL']);
  const from = 'Woodpecker';
  const { CI_FORGE_TYPE: type, CI_REPO: repository, CI_COMMIT_TAG: tag } = environment;
  if (host === undefined) return { text: null, from: `${from} does not say where the releases are` };
  if (type === 'forgejo' || type === 'gitea') return forge(from, giteaTransport(host), repository, tag, image);
  if (type === 'github' && host === 'github.com') return forge(from, ['gh-releases-zsync'], repository, tag, image);
  return {
    text: null,
    from: `${from} for ${type ?? 'a forge without a name'} on ${host}, which updates can not come from`,
  };
}

/** Of a tag the releases; of a branch the artifacts of this job, which stay at one address for that branch. */
function gitLab(environment: BuildEnvironment, image: GuessedImage): Guess | undefined {
  if (environment['GITLAB_CI'] !== 'true') return undefined;
  const from = 'GitLab';
  const { CI_PROJECT_PATH: project = '', CI_COMMIT_TAG: tag, CI_PROJECT_URL: url, CI_JOB_NAME: job } = environment;
  const host = environment['CI_SERVER_HOST'] ?? hostOf(url);
  if (tag !== undefined && tag !== '' && host !== undefined) {
    const [group, name] = [project.slice(0, project.lastIndexOf('/')), project.slice(project.lastIndexOf('/') + 1)];
    const place = host === 'gitlab.com' && !group.includes('/') ? [group, name] : [host, project];
    return { text: ['gl-releases-zsync', ...place, releaseOf(tag), patternOf(image)].join('|'), from };
  }
  const branch = environment['CI_COMMIT_REF_NAME'] ?? environment['CI_DEFAULT_BRANCH'];
  const path = pathBelow(image.output, environment['CI_PROJECT_DIR']);
  if (url === undefined || job === undefined || branch === undefined || path === undefined) {
    return {
      text: null,
      from: `${from} tells no project, branch and job, or the image is not below its project's directory`,
    };
  }
  if (placeOfVersion(image) !== undefined) {
    return {
      text: null,
      from: `an artifact of ${from} needs a name without the version, which ${basename(image.output)} has`,
    };
  }
  const artifact = `${escapePath(path)}.zsync?job=${encodeURIComponent(job)}`;
  return { text: `zsync|${url}/-/jobs/artifacts/${escapePath(branch)}/raw/${artifact}`, from };
}

function forge(
  from: string,
  transport: readonly string[],
  repository: string | undefined,
  tag: string | undefined,
  image: GuessedImage,
): Guess {
  const [owner, name, ...more] = (repository ?? '').split('/');
  if (!(owner && name) || more.length > 0)
    return { text: null, from: `${from} does not say which repository it builds` };
  return { text: [...transport, owner, name, releaseOf(tag), patternOf(image)].join('|'), from };
}

function giteaTransport(host: string): readonly string[] {
  return host === 'codeberg.org' ? ['cb-releases-zsync'] : ['forgejo-releases-zsync', host];
}

function tagName(environment: BuildEnvironment): string | undefined {
  const read = (name: string) => environment[`FORGEJO_${name}`] ?? environment[`GITHUB_${name}`];
  return read('REF_TYPE') === 'tag' ? read('REF_NAME') : undefined;
}

/** A tag with a number is one of many, of which the latest counts; one without, as "continuous", is moved along. */
function releaseOf(tag: string | undefined): string {
  if (tag === undefined || tag === '') return 'latest';
  if (!/\d/.test(tag)) return tag;
  return /\d[-._]?(?:alpha|beta|rc|pre|dev|nightly)/i.test(tag) ? 'latest-pre' : 'latest';
}

/** The control file's name in every version. */
function patternOf(image: GuessedImage): string {
  const name = basename(image.output);
  const place = placeOfVersion(image);
  const stem = place === undefined ? name : `${name.slice(0, place.start)}*${name.slice(place.end)}`;
  return `${stem}.zsync`;
}

/** Where the version stands in the image's name, as a word of its own. */
function placeOfVersion({
  output,
  version,
}: GuessedImage): { readonly start: number; readonly end: number } | undefined {
  const word = fileNamePart(version ?? '');
  const name = basename(output);
  for (let start = name.indexOf(word); word !== '' && start >= 0; start = name.indexOf(word, start + 1)) {
    const end = start + word.length;
    if (!(/[\p{L}\p{N}]/u.test(name.charAt(start - 1)) || /[\p{L}\p{N}]/u.test(name.charAt(end))))
      return { start, end };
  }
  return undefined;
}

function pathBelow(path: string, folder: string | undefined): string | undefined {
  return folder !== undefined && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
}

function escapePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function hostOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : undefined;
}
