/*
 * The lines by which other tools find their way in a shImg: variables at the start of a line, offsets in decimals of a fixed
 * width. Nothing runs them here: a shell has variables of the environment under such names ("version", "arch"), which are the
 * application's.
 * Source: make_runtime.sh of mgord9518/shappimage, version 0.4.1.
 */
import { ALL_SCRIPT_NAMES, type PlacedHelper } from './helpers.ts';

/** What the lines say. */
export interface PublishedHeader {
  readonly imageType: string;
  readonly imageCompression: string;
  /** From the start of the file, counted from zero. */
  readonly imageOffset: number;
  readonly helpers: readonly PlacedHelper[];
  readonly hasIntegrationZip: boolean;
  readonly version: string;
}

/** The lines, as a function that is never called. */
export function publishedHeader(header: PublishedHeader): string[] {
  const offset = digits(header.imageOffset, 14);
  return [
    'shimg_published_header() {',
    `image_type=${header.imageType}`,
    `image_compression=${header.imageCompression}`,
    `sfs_offset=${offset}`,
    `image_offset=${offset}`,
    ...ALL_SCRIPT_NAMES.flatMap((name) => helperLines(name, header.helpers)),
    `contains_integration_zip=${header.hasIntegrationZip ? 1 : 0}`,
    `version=${header.version}`,
    `arch='${header.helpers.map(({ scriptName }) => scriptName).join(';')}'`,
    '}',
  ];
}

/** As `tail -c +N` counts, from one; zeros where there is none. */
function helperLines(name: string, helpers: readonly PlacedHelper[]): string[] {
  const helper = helpers.find(({ scriptName }) => scriptName === name);
  const offset = helper === undefined ? 0 : helper.offset + 1;
  return [`${name}_offset=${digits(offset, 7)}`, `${name}_length=${digits(helper?.bytes.length ?? 0, 7)}`];
}

function digits(value: number, count: number): string {
  return value.toString().padStart(count, '0');
}
