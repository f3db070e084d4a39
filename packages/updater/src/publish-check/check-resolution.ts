import { isAppImageError, type UpdateInformation } from '@appimage-js/format';
import { fitOfName } from '../resolve/architecture-of-name.ts';
import { type ResolvedUpdate, resolveUpdate } from '../resolve/index.ts';
import { matchesPattern } from '../resolve/name-pattern.ts';
import type { CheckContext } from './check-context.ts';
import { type CheckedImage, checkControlFile } from './check-control-file.ts';
import { checkRemoteFile, fetchSmall } from './check-remote-file.ts';

/** An image and what it says of its updates. */
export interface ImageInformation {
  readonly subject: string;
  readonly image: CheckedImage;
  readonly architecture: string | undefined;
  readonly information: UpdateInformation;
}

/** Checks update information by itself, against the files beside the image, and by following it as an updater would. */
export async function checkResolution(checked: ImageInformation, context: CheckContext): Promise<void> {
  const { subject, information } = checked;
  const { findings } = context;
  for (const { code, message } of information.problems) {
    const isMinor = code === 'two-readings' || code === 'not-a-zsync-file';
    findings.add(
      isMinor ? 'warning' : 'error',
      isMinor ? 'unclear-update-information' : 'bad-update-information',
      subject,
      message,
    );
  }
  checkPattern(checked, context);
  if (context.http === undefined || information.source === null) return;
  const resolved = await follow(checked, context);
  if (resolved === undefined) return;
  for (const remark of resolved.remarks.filter((text) => !text.startsWith('update information: '))) {
    findings.add('warning', 'found-by-detour', subject, remark);
  }
  await checkOffered(resolved, checked, context);
}

/** The files that are published together must be those that the pattern means, one for each machine. */
function checkPattern({ subject, image, architecture, information }: ImageInformation, context: CheckContext): void {
  const { source } = information;
  if (source === null || !('file' in source) || source.transport === 'bintray-zsync') return;
  const isControlFile = source.transport.endsWith('-releases-zsync');
  const expected = isControlFile ? `${image.name}.zsync` : image.name;
  if (!matchesPattern(expected, source.file)) {
    const message = `the update information looks for ${source.file}, which is not ${expected}`;
    context.findings.add('error', 'pattern-mismatch', subject, message);
    return;
  }
  const others = context.fileNames.filter(
    (name) => name !== expected && matchesPattern(name, source.file) && fitOfName(name, architecture) !== 'other',
  );
  if (others.length === 0) return;
  const message = `the update information looks for ${source.file}, which is ${others.join(', ')} as well`;
  context.findings.add('warning', 'ambiguous-pattern', subject, message);
}

async function follow(checked: ImageInformation, context: CheckContext): Promise<ResolvedUpdate | undefined> {
  const { subject, information, architecture } = checked;
  const { http, apiBases, findings, signal } = context;
  if (http === undefined) return undefined;
  try {
    return await resolveUpdate(information, { http, apiBases, architecture, signal });
  } catch (error) {
    signal?.throwIfAborted();
    if (!isAppImageError(error)) throw error;
    findings.add('error', 'unresolvable', subject, error.message);
    return undefined;
  }
}

/** What the updater is offered must be there, and be this image unless a newer one has come. */
async function checkOffered(resolved: ResolvedUpdate, checked: ImageInformation, context: CheckContext): Promise<void> {
  const { image: offered } = resolved;
  const { http, findings } = context;
  const { subject, image } = checked;
  if (http === undefined) return;
  let size = offered.size;
  let isSame = offered.sha256 && image.sha256 ? offered.sha256 === image.sha256 : undefined;
  for (const url of offered.controlFileUrls) {
    const fetched = await fetchSmall(http, url, 'the update information', context);
    const control =
      fetched &&
      (await checkControlFile({ bytes: fetched.bytes, subject: url, bases: [url, fetched.url] }, undefined, context));
    size ??= control?.length;
    if (control?.sha1 != null && image.sha1 !== undefined) isSame ??= control.sha1 === image.sha1;
  }
  for (const url of offered.imageUrls) await checkRemoteFile(url, { size, saidBy: 'the update information' }, context);
  if (isSame !== false) return;
  const version = offered.version === undefined ? '' : ` (${offered.version})`;
  findings.add('info', 'leads-elsewhere', subject, `the update information leads to another ${offered.name}${version}`);
}
