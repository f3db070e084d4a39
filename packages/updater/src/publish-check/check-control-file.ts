import { isAppImageError, parseZsync, resolveZsyncUrls, type ZsyncControl } from '@appimage-js/format';
import { nameOfUrl } from '../resolve/file-name.ts';
import { checkBlocks } from './check-blocks.ts';
import type { CheckContext } from './check-context.ts';
import { checkOneOf } from './check-remote-file.ts';

/** The image that a control file must be of, as far as it is at hand. */
export interface CheckedImage {
  readonly name: string;
  readonly size: number;
  /** Lower-case hexadecimal digits; undefined where only a part of the image was read. */
  readonly sha1: string | undefined;
  readonly sha256: string | undefined;
}

/** A control file, and where it came from. */
export interface CheckedControlFile {
  readonly bytes: Uint8Array;
  /** Path or URL, for findings. */
  readonly subject: string;
  /** What its relative URLs are taken from: where it was asked for, and where redirects led; empty for one on disk. */
  readonly bases: readonly string[];
}

/** Checks a control file by itself, against the image, and by asking for what it names. */
export async function checkControlFile(
  { bytes, subject, bases }: CheckedControlFile,
  image: CheckedImage | undefined,
  context: CheckContext,
): Promise<ZsyncControl | undefined> {
  const { findings } = context;
  let control: ZsyncControl;
  try {
    control = parseZsync(bytes);
  } catch (error) {
    if (!isAppImageError(error)) throw error;
    findings.add('error', 'bad-control-file', subject, error.message);
    return undefined;
  }
  if (control.sha1 === null) findings.add('error', 'control-file-without-hash', subject, 'expected SHA-1, found none');
  if (image !== undefined) compare(control, image, subject, context);
  if (bases.length === 0) {
    checkNames(control, image, subject, context);
    return control;
  }
  const targets = control.urls.map((text) => bases.flatMap((base) => resolveZsyncUrls({ urls: [text] }, base)));
  if (targets.every((urls) => urls.length === 0)) {
    findings.add('error', 'control-file-url', subject, 'expected a URL of the image, found none');
  }
  for (const urls of targets) {
    const unique = [...new Set(urls.map(({ href }) => href))];
    const target = await checkOneOf(unique, { size: control.length, saidBy: subject }, context);
    if (target !== undefined) await checkBlocks(target, control, subject, context);
  }
  return control;
}

function compare(control: ZsyncControl, image: CheckedImage, subject: string, { findings }: CheckContext): void {
  const sha256 = control.fileHashes.find(({ algorithm }) => algorithm === 'SHA-256')?.digest;
  const differences: readonly (readonly [string, unknown, unknown])[] = [
    ['Length', control.length, image.size],
    ['SHA-1', control.sha1 ?? undefined, image.sha1],
    ['SHA-256', sha256, image.sha256],
  ];
  for (const [what, said, found] of differences) {
    if (said === undefined || found === undefined || said === found) continue;
    findings.add(
      'error',
      'control-file-outdated',
      subject,
      `${what} must be that of ${image.name}, ${found}, found ${said}`,
    );
  }
  if (control.fileName !== null && control.fileName !== image.name) {
    findings.add('warning', 'control-file-name', subject, `Filename must be ${image.name}, found ${control.fileName}`);
  }
}

/** What can be told of URLs before anything is published: they must end in the name of the image. */
function checkNames(
  control: ZsyncControl,
  image: CheckedImage | undefined,
  subject: string,
  context: CheckContext,
): void {
  const name = image?.name ?? control.fileName ?? undefined;
  const urls = resolveZsyncUrls(control, 'https://publisher.invalid/');
  if (urls.length === 0) {
    context.findings.add('error', 'control-file-url', subject, 'expected a URL of the image, found none');
    return;
  }
  if (name === undefined || urls.some(({ href }) => nameOfUrl(href) === name)) return;
  const found = control.urls.join(', ');
  context.findings.add('warning', 'control-file-url', subject, `expected a URL that ends in ${name}, found ${found}`);
}
