import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { PACKAGE_FOLDER } from '../package-folder.ts';
import { ALIGNMENT, alignUp, type PackedHelper, type PlacedHelper, placeHelpers } from './helpers.ts';
import { publishedHeader } from './published-header.ts';

/** The script's readable parts, in the order of their names, and the text of `--appimage-help`. */
const FOLDER = new URL('shell/', PACKAGE_FOLDER);

/** Digits of the largest safe integer: a number of that width can change without anything behind it moving. */
const NUMBER_WIDTH = 16;

/** Digits of the identity of a script. */
const ID_WIDTH = 32;

/**
 * For `shellcheck`: the published header is for others to read, functions are called by names in variables, lists of words are
 * split, an empty file may stand for /dev/null, and `[ -O` is in every shell although POSIX does not ask for it.
 */
const ALLOWED = '# shellcheck disable=SC2034,SC2317,SC2086,SC2094,SC3067';

/** Every option and every place in the file that the script has to know. */
export interface ScriptOptions {
  readonly imageType: 'squashfs' | 'dwarfs';
  readonly imageCompression: string;
  readonly helpers: readonly PackedHelper[];
  /** Bytes behind the payload, of the integration zip. */
  readonly tailLength: number;
  readonly version: string;
  /** Without it, comments and indentation go. */
  readonly readable?: boolean;
}

/** The script, and what it says of what follows it. */
export interface Script {
  readonly bytes: Uint8Array;
  readonly helpers: readonly PlacedHelper[];
  /** Where the payload is to begin, from the start of the file. */
  readonly payloadOffset: number;
}

/** Puts the script together: the places that it tells depend on its own length, of which there is one that fits. */
export async function makeScript(options: ScriptOptions): Promise<Script> {
  const body = await readBody(options.readable ?? false);
  const help = (await readFile(new URL('help.txt', FOLDER), 'utf8')).trimEnd();
  let length = 0;
  while (true) {
    const helpers = placeHelpers(options.helpers, length);
    const last = helpers.at(-1);
    const payloadOffset = alignUp(last === undefined ? length : last.offset + last.bytes.length);
    const lines = [...constants({ ...options, helpers, payloadOffset, help }), ...body, 'shimg_main "$@"; exit', ''];
    const bytes = new TextEncoder().encode(withIdentity(header({ ...options, helpers, payloadOffset }), lines));
    if (alignUp(bytes.length) === alignUp(length)) return { bytes, helpers, payloadOffset };
    length = bytes.length;
  }
}

interface Placed extends ScriptOptions {
  readonly helpers: readonly PlacedHelper[];
  readonly payloadOffset: number;
}

function header({ payloadOffset, tailLength, ...options }: Placed): string[] {
  return publishedHeader({ ...options, imageOffset: payloadOffset, hasIntegrationZip: tailLength > 0 });
}

/** The fourth line tells scripts apart, for a file that is replaced while it starts. */
function withIdentity(published: readonly string[], rest: readonly string[]): string {
  const text = [...published, ...rest].join('\n');
  const id = `#id ${hash('sha256', text, 'hex').slice(0, ID_WIDTH)}`;
  const magic = ['#!/bin/sh', '#.shImg.#', '#see <https://www.npmjs.com/package/@appimage-js/runtime-shim>', id];
  return [...magic, ALLOWED, `shimg_own_id='${id}'`, text].join('\n');
}

function constants({ imageType, helpers, payloadOffset, tailLength, version, help }: Placed & { help: string }) {
  const helperCases = helpers.map(({ scriptName, fileName, size, offset, bytes }) => {
    const place = `shimg_helper_block=${offset / ALIGNMENT} shimg_helper_blocks=${alignUp(bytes.length) / ALIGNMENT}`;
    return `${scriptName}) shimg_helper_name=${fileName} shimg_helper_size=${size} ${place} ;;`;
  });
  const names = helpers.map(({ scriptName }) => scriptName).join(', ');
  return [
    `shimg_type=${imageType}`,
    `shimg_offset=${payloadOffset}`,
    `shimg_tail=${tailLength}`.padEnd('shimg_tail='.length + NUMBER_WIDTH),
    `shimg_version=${version}`,
    `shimg_architectures='${names === '' ? 'and for no other' : `only for ${names}`}'`,
    'shimg_choose_helper() {',
    'case $1 in',
    ...helperCases,
    '*) return 1 ;;',
    'esac',
    '}',
    'shimg_help() {',
    `printf 'Usage: %s [OPTION | ARG...]\\n\\n%s\\n' "$1" '${help.replaceAll("'", "'\\''")}'`,
    '}',
  ];
}

async function readBody(readable: boolean): Promise<string[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.sh')).sort();
  const parts = await Promise.all(names.map((name) => readFile(new URL(name, FOLDER), 'utf8')));
  const lines = parts.flatMap((part) => part.split('\n'));
  return readable ? lines : stripped(lines);
}

/** Of strings that go over a line's end, no line is indented or empty, so that nothing of them goes. What the linter is told stays. */
function stripped(lines: readonly string[]): string[] {
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !/^#(?! shellcheck )/.test(line));
}
