/*
 * The head of a shImg: a shell script whose first two lines are its magic, and whose variables say where the rest of the
 * file is. Numbers are decimals padded with zeros.
 * Source: runtime.sh and make_runtime.sh of mgord9518/shappimage, up to version 0.4.1.
 */
import { AppImageError } from '../errors.ts';
import { shellAssignments } from './shell-assignments.ts';

/** What the script begins with. Its fifth byte stands where an ELF file has its class, and can not be taken for one. */
const SHIMG_MAGIC = '#!/bin/sh\n#.shImg.#';

/** Bytes that are no part of a script: the first of them belongs to what is appended to it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NO_SCRIPT = /[\0-\x08\x0e-\x1f\x7f]/;

/** Architectures by the script's names, in the spelling of AppImage file names. */
const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'x86_64'],
  ['i386', 'i686'],
  ['i686', 'i686'],
  ['armhf', 'armhf'],
  ['aarch64', 'aarch64'],
  ['riscv64', 'riscv64'],
]);

/** The variables that mean something here, but for those of the helpers. */
const VARIABLES: readonly string[] = [
  'image_type',
  'image_compression',
  'sfs_offset',
  'image_offset',
  'contains_integration_zip',
  'version',
  'arch',
];

/** A program in the file that mounts the image, for one architecture; perhaps compressed by gzip. */
export interface ShImgHelper {
  /** In the spelling of AppImage file names: the script's `i386` is `i686`. */
  readonly architecture: string;
  /** From the start of the file, counted from zero; the script itself counts from one. */
  readonly offset: number;
  readonly length: number;
}

/** What the script says of the file. Nothing of it was checked against the file yet. */
export interface ShImgHeader {
  /** Kind of the image, as the script has it: "squashfs" or "dwarfs". */
  readonly imageType: string | undefined;
  /** Compression of the image, as the script has it: "lz4", "zstd", "gzip". */
  readonly imageCompression: string | undefined;
  /** Where the image may begin, the most trusted place first: two variables may tell it, and do not always agree. */
  readonly imageOffsets: readonly number[];
  /** Those that are there; the script sets the others to zero. */
  readonly helpers: readonly ShImgHelper[];
  /** What the application runs on, in the spelling of AppImage file names. */
  readonly architectures: readonly string[];
  /** Often wrong: published tools never set it. */
  readonly containsIntegrationZip: boolean | undefined;
  /** Of the runtime, not of the application. */
  readonly version: string | undefined;
}

/** Whether a file that begins with these bytes, 19 or more, is a shImg. */
export function isShImg(bytes: Uint8Array): boolean {
  return decode(bytes.subarray(0, SHIMG_MAGIC.length)) === SHIMG_MAGIC;
}

/**
 * Parses the script at the start of a shImg as far as `bytes` go; what is behind the script is not looked at. Nothing is
 * run: only variables that are set to fixed values are seen, and the first value of each counts.
 *
 * @throws AppImageError `malformed` for other files, and for offsets and lengths that are no decimal numbers
 */
export function parseShImgHeader(bytes: Uint8Array): ShImgHeader {
  if (!isShImg(bytes)) {
    throw new AppImageError(
      'malformed',
      `Cannot parse shImg header: file must begin with ${JSON.stringify(SHIMG_MAGIC)}`,
    );
  }
  const variables = readVariables(decode(bytes));
  const helpers = [...ARCHITECTURES].flatMap(([name, architecture]) => helper(variables, name, architecture));
  const offsets = ['image_offset', 'sfs_offset'].flatMap((name) => number(variables, name) ?? []);
  const zip = variables.get('contains_integration_zip');
  return {
    imageType: variables.get('image_type'),
    imageCompression: variables.get('image_compression'),
    imageOffsets: [...new Set(offsets)],
    helpers,
    architectures: architectures(variables.get('arch'), helpers),
    containsIntegrationZip: zip === undefined ? undefined : /^(?:y|yes|true|1)$/i.test(zip),
    version: variables.get('version'),
  };
}

function readVariables(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  const end = text.search(NO_SCRIPT);
  for (const [name, value] of shellAssignments(end < 0 ? text : text.slice(0, end))) {
    const [, architecture = ''] = /^(.+)_(?:offset|length)$/.exec(name) ?? [];
    const isKnown = VARIABLES.includes(name) || ARCHITECTURES.has(architecture);
    if (isKnown && !variables.has(name)) variables.set(name, value);
  }
  return variables;
}

function helper(variables: ReadonlyMap<string, string>, name: string, architecture: string): ShImgHelper[] {
  const offset = number(variables, `${name}_offset`) ?? 0;
  const length = number(variables, `${name}_length`) ?? 0;
  return offset === 0 || length === 0 ? [] : [{ architecture, offset: offset - 1, length }];
}

function architectures(list: string | undefined, helpers: readonly ShImgHelper[]): string[] {
  const named = (list ?? '').split(/[;,\s]+/).filter((name) => name !== '');
  const known = named.map((name) => ARCHITECTURES.get(name) ?? name);
  return [...new Set(known.length > 0 ? known : helpers.map(({ architecture }) => architecture))];
}

/** A decimal number, whatever a shell would make of its leading zeros. */
function number(variables: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = variables.get(name);
  if (text === undefined || text === '') return undefined;
  const value = /^[0-9]+$/.test(text) ? Number.parseInt(text, 10) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new AppImageError(
    'malformed',
    `Cannot parse shImg header: ${name} must be a decimal number, found ${JSON.stringify(text.slice(0, 80))}`,
  );
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}
