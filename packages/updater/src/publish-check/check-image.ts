import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { type AppImageDescription, describeAppImage, isAppImageError } from '@appimage-js/format';
import { openAppImage, readBoundedFile } from '@appimage-js/format/node';
import { hashFile } from '../compare/hash-file.ts';
import { fitOfName } from '../resolve/architecture-of-name.ts';
import { nameOfUrl } from '../resolve/file-name.ts';
import { type CheckContext, isUrl, MAXIMUM_SMALL_SIZE } from './check-context.ts';
import { type CheckedImage, checkControlFile } from './check-control-file.ts';
import { checkRemoteFile, fetchSmall } from './check-remote-file.ts';
import { checkResolution } from './check-resolution.ts';

/** Checks an image, in a file or at a URL, with its control file and its update information. */
export async function checkImage(target: string, context: CheckContext): Promise<void> {
  const { findings } = context;
  const description = await describe(target, context);
  if (description === undefined) return;
  const { architectures, updateInformation, size } = description;
  const name = (isUrl(target) ? nameOfUrl(target) : basename(target)) ?? target;
  const [architecture] = architectures;
  if (architecture !== undefined && fitOfName(name, architecture) === 'other') {
    findings.add(
      'error',
      'name-architecture',
      target,
      `the image is for ${architectures.join(', ')}, which its name denies`,
    );
  }
  const hashes = isUrl(target)
    ? { sha1: undefined, sha256: undefined }
    : await hashFile(target, { signal: context.signal });
  const image: CheckedImage = { name, size, ...hashes };
  const wantsControlFile = updateInformation?.source?.transport.endsWith('-zsync') ?? false;
  if (isUrl(target)) await checkRemoteImage(target, image, wantsControlFile, context);
  else await checkLocalControlFile(target, image, wantsControlFile, context);
  if (updateInformation === null) {
    findings.add('warning', 'no-update-information', target, 'expected update information, found none');
    return;
  }
  await checkResolution({ subject: target, image, architecture, information: updateInformation }, context);
}

async function describe(target: string, { findings, signal }: CheckContext): Promise<AppImageDescription | undefined> {
  try {
    await using image = await openAppImage(target, { signal });
    const description = await describeAppImage(image, { signal });
    if (description.architectures.length > 0) return description;
    findings.add('error', 'unreadable-image', target, 'expected an AppImage for a machine, found none');
  } catch (error) {
    signal?.throwIfAborted();
    if (!isAppImageError(error)) throw error;
    findings.add('error', 'unreadable-image', target, error.message);
  }
  return undefined;
}

async function checkLocalControlFile(
  path: string,
  image: CheckedImage,
  isWanted: boolean,
  context: CheckContext,
): Promise<void> {
  const controlPath = `${path}.zsync`;
  if (!existsSync(controlPath)) {
    const message = `expected ${image.name}.zsync beside it, found none`;
    context.findings.add(isWanted ? 'error' : 'info', 'no-control-file', path, message);
    return;
  }
  const bytes = await readBoundedFile(controlPath, MAXIMUM_SMALL_SIZE, { signal: context.signal });
  await checkControlFile({ bytes, subject: controlPath, bases: [] }, image, context);
}

async function checkRemoteImage(
  url: string,
  image: CheckedImage,
  isWanted: boolean,
  context: CheckContext,
): Promise<void> {
  const { http } = context;
  if (http === undefined) return;
  await checkRemoteFile(url, { size: image.size, saidBy: 'the command line' }, context);
  if (!isWanted) return;
  const controlUrl = new URL(url);
  controlUrl.pathname += '.zsync';
  const fetched = await fetchSmall(http, controlUrl.href, 'the name of the image', context);
  if (fetched === undefined) return;
  await checkControlFile(
    { bytes: fetched.bytes, subject: controlUrl.href, bases: [controlUrl.href, fetched.url] },
    image,
    context,
  );
}
