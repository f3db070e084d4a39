import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { ioError, readBoundedFile } from '@appimage-js/format/node';
import type { HttpClient } from '../http/index.ts';
import type { ApiBases } from '../resolve/index.ts';
import { type CheckContext, isUrl, MAXIMUM_SMALL_SIZE } from './check-context.ts';
import { checkControlFile } from './check-control-file.ts';
import { checkFeed } from './check-feed.ts';
import { checkImage } from './check-image.ts';
import { fetchSmall } from './check-remote-file.ts';
import { Findings, type PublishFinding, type PublishSeverity } from './finding.ts';

/** Options of {@link checkPublication}. */
export interface CheckPublicationOptions {
  /** A folder of files that are published together, a file, or a URL: images, control files (`.zsync`), feeds (`.json`). */
  readonly target: string;
  /** Asks the servers; without one, only what is on disk is checked. */
  readonly http?: HttpClient | undefined;
  readonly apiBases?: ApiBases | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What was checked, and what was found. */
export interface PublicationReport {
  /** Paths and URLs. */
  readonly checked: readonly string[];
  /** The worst first. */
  readonly findings: readonly PublishFinding[];
}

const SEVERITIES: readonly PublishSeverity[] = ['error', 'warning', 'info'];

/**
 * Looks at a release as updaters will: follows the update information of every image and every URL of control files and feeds,
 * compares names, sizes, hashes and machines, and asks the servers for ranges. No image is downloaded.
 *
 * @throws AppImageError `not-found` for a folder with nothing of the kind, `io` for what can not be read on disk
 */
export async function checkPublication(options: CheckPublicationOptions): Promise<PublicationReport> {
  const { target, http, apiBases, signal } = options;
  const subjects = isUrl(target) ? [target] : await listSubjects(target);
  const findings = new Findings();
  const fileNames = subjects.includes(target) ? [] : await listNames(target);
  const context: CheckContext = { http, apiBases, findings, fileNames, signal };
  for (const subject of subjects) {
    signal?.throwIfAborted();
    await checkSubject(subject, subjects, context);
  }
  const rank = ({ severity }: PublishFinding) => SEVERITIES.indexOf(severity);
  return { checked: subjects, findings: findings.list.toSorted((a, b) => rank(a) - rank(b)) };
}

async function checkSubject(subject: string, subjects: readonly string[], context: CheckContext): Promise<void> {
  switch (kindOf(subject)) {
    case 'image':
      return checkImage(subject, context);
    case 'feed':
      return checkFeed(subject, context);
    case 'control file': {
      // One that lies beside its image is checked together with that.
      if (!subjects.includes(subject.replace(/\.zsync$/, ''))) await checkLoneControlFile(subject, context);
    }
  }
}

async function checkLoneControlFile(subject: string, context: CheckContext): Promise<void> {
  if (!isUrl(subject)) {
    await checkControlFile(
      { bytes: await readBoundedFile(subject, MAXIMUM_SMALL_SIZE), subject, bases: [] },
      undefined,
      context,
    );
    return;
  }
  const fetched = context.http && (await fetchSmall(context.http, subject, 'the command line', context));
  if (fetched === undefined) return;
  await checkControlFile({ bytes: fetched.bytes, subject, bases: [subject, fetched.url] }, undefined, context);
}

type SubjectKind = 'image' | 'control file' | 'feed';

/** By the end of the name; whatever has no known one is taken for an image if it was named by itself. */
function kindOf(subject: string): SubjectKind {
  const path = isUrl(subject) ? new URL(subject).pathname : subject;
  if (path.endsWith('.zsync')) return 'control file';
  return path.endsWith('.json') ? 'feed' : 'image';
}

async function listSubjects(target: string): Promise<readonly string[]> {
  if (!(await isFolder(target))) return [target];
  const names = await listNames(target);
  const subjects = names.filter((name) => /\.(?:appimage|zsync)$/i.test(name)).map((name) => join(target, name));
  for (const name of names.filter((one) => one.endsWith('.json'))) {
    const path = join(target, name);
    if (
      /"format"\s*:\s*"appimage-feed"/.test(new TextDecoder().decode(await readBoundedFile(path, MAXIMUM_SMALL_SIZE)))
    )
      subjects.push(path);
  }
  if (subjects.length > 0) return subjects;
  const message = `Cannot check ${target}: expected AppImages, control files or a feed, found none`;
  throw new AppImageError('not-found', message, { path: target });
}

async function listNames(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw ioError(`Cannot list ${folder}`, folder, cause);
  });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map(({ name }) => name).sort();
}

async function isFolder(path: string): Promise<boolean> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw ioError(`Cannot check ${path}`, path, cause);
  });
  return stats.isDirectory();
}
