import { type AppImageDescription, describeUpdateInformation, type HttpTransfer } from '@appimage-js/format';
import type { Session } from '../session.ts';
import { type PageLine, printPage } from './page.ts';
import { formatBlockSize, formatCount, formatExactSize, formatSize } from './size.ts';

/** What the page is about. */
export interface DescribedFile {
  readonly description: AppImageDescription;
  /** Path or URL, as the user gave it. */
  readonly file: string;
  /** What was fetched, of a URL. */
  readonly transfer: HttpTransfer | undefined;
}

/** Prints what there is to say about a file as a page for people. */
export async function printDescription(session: Session, described: DescribedFile): Promise<void> {
  const { description, file } = described;
  const { name, version, payload } = description;
  const title = [name ?? file, version].filter((part) => part !== null).join(' ');
  const lines = [...aboutFile(described), ...(payload === null ? [] : aboutImage(description))];
  await printPage(session, title, [...lines, ...aboutProblems(description)]);
}

function aboutFile({ description, file, transfer }: DescribedFile): PageLine[] {
  const { type, size, architectures } = description;
  const lines: PageLine[] = [
    ['File', `${file}, ${formatExactSize(size)}`],
    ['Type', TYPES[type]],
  ];
  if (architectures.length > 0) lines.push([plural('Architecture', architectures), architectures.join(', ')]);
  if (transfer !== undefined) lines.push(['Fetched', transferText(transfer, size)]);
  return lines;
}

function aboutImage(description: AppImageDescription): PageLine[] {
  const { summary, desktopEntry, entryPoint, appStream, updateInformation, mimeTypes } = description;
  const [schemes, types] = splitMimeTypes(mimeTypes);
  return [
    ['Payload', payloadText(description)],
    ...optional('Summary', summary),
    ['Desktop entry', desktopEntry ?? 'none'],
    ['Icon', iconText(description)],
    ['AppStream', appStream === null ? 'none' : `${appStream.path}, ${appStream.id ?? 'without an id'}`],
    ...optional('Opens', types.join(', ')),
    ...optional('Links', schemes.map((scheme) => `${scheme}:`).join(', ')),
    ['Starts', entryPoint ?? 'nothing: there is no AppRun'],
    ['Updates', updateInformation === null ? 'no update information' : describeUpdateInformation(updateInformation)],
    ['Signature', SIGNATURES[description.signature.state]],
    ['Needs', needsText(description)],
  ];
}

function aboutProblems({ problems, updateInformation }: AppImageDescription): PageLine[] {
  const messages = [...problems, ...(updateInformation?.problems ?? [])].map(({ message }) => message);
  return messages.map((message, index) => [index === 0 ? plural('Problem', messages) : '', message]);
}

const TYPES: Record<AppImageDescription['type'], string> = {
  'type-1': 'AppImage, type 1',
  'type-2': 'AppImage, type 2',
  shimg: 'AppImage, shImg',
  nixappimage: 'AppImage, type 2, with a Nix store (NixAppImage)',
  elf: 'ELF program, not an AppImage',
  squashfs: 'SquashFS image without a runtime',
  iso9660: 'ISO 9660 image without a runtime',
  dwarfs: 'DwarFS image without a runtime',
  script: 'script, not an AppImage',
  unknown: 'unknown, not an AppImage',
};

const SIGNATURES: Record<AppImageDescription['signature']['state'], string> = {
  unsigned: 'not signed',
  unverified: 'signed, the key is with it; not verified',
  'no-key': 'signed, the key is not with it; not verified',
  'bare-digest': 'none: there is only a digest, which anybody can write',
  unrecognized: 'none that is known: there is something else in its place',
  unreadable: 'unknown: its place can not be read',
};

function payloadText({ payload }: AppImageDescription): string {
  if (payload === null) return 'none';
  const { kind, compression, blockSize, length, offset } = payload;
  const parts = [kind === 'unknown' ? 'an unknown file system' : KINDS[kind]];
  if (compression !== null) parts.push(compression === 'none' ? 'not compressed' : compression);
  if (blockSize !== null) parts.push(`${formatBlockSize(blockSize)} blocks`);
  const place = `at offset ${formatCount(offset)}`;
  return [...parts, length === null ? place : `${formatSize(length)} ${place}`].join(', ');
}

const KINDS = { squashfs: 'SquashFS', iso9660: 'ISO 9660', dwarfs: 'DwarFS' } as const;

function iconText({ icon }: AppImageDescription): string {
  if (icon === null) return 'none';
  const { path, format, width, height } = icon;
  return width === null || height === null ? `${path}, ${format}` : `${path}, ${format}, ${width}×${height}`;
}

function needsText({ runtime, architectures }: AppImageDescription): string {
  if (runtime === null && architectures.length > 0) return 'unknown: its runtime can not be read';
  if (runtime === null) return 'something that mounts it: it can not start by itself';
  const { linkage, interpreter, libraries } = runtime;
  if (linkage === 'static') return 'a Linux kernel: the runtime is static';
  if (linkage === 'script') return `${interpreter ?? 'a shell'} and what its script calls`;
  return [interpreter ?? 'a dynamic loader', ...libraries].join(', ');
}

function transferText({ bytes, requests }: HttpTransfer, size: number): string {
  const count = `${requests} ${requests === 1 ? 'request' : 'requests'}`;
  if (bytes >= size) return `all of it, in ${count}`;
  const percent = (100 * bytes) / size;
  return `${formatSize(bytes)} (${percent.toFixed(percent < 10 ? 1 : 0)} %) in ${count}`;
}

function splitMimeTypes(mimeTypes: readonly string[]): [schemes: string[], types: string[]] {
  const prefix = 'x-scheme-handler/';
  const schemes = mimeTypes.filter((type) => type.startsWith(prefix)).map((type) => type.slice(prefix.length));
  return [schemes, mimeTypes.filter((type) => !type.startsWith(prefix))];
}

function optional(label: string, text: string | null): PageLine[] {
  return text === null || text === '' ? [] : [[label, text]];
}

function plural(word: string, items: readonly unknown[]): string {
  return items.length === 1 ? word : `${word}s`;
}
