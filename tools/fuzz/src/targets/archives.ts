import { Buffer } from 'node:buffer';
import {
  bufferSource,
  checkDwarfs,
  findDwarfs,
  isAppImageError,
  openZip,
  readDwarfs,
  readShImg,
} from '@appimage-js/format';
import type { Target } from '../target.ts';
import { explore, LIMITS } from './explore.ts';
import { squashfsOf } from './images.ts';
import { smallTree } from './trees.ts';

/** An integration zip as Info-ZIP writes it: stored and deflated entries, directories, a symlink. */
const INTEGRATION_ZIP = [
  'UEsDBAoAAAAAAKqxblcAAAAAAAAAAAAAAAAUAAAALkFQUElNQUdFX1JFU09VUkNFUy9QSwMECgAAAAAAqrFuV5A+xShmAAAAZgAAAB8AAAAuQV',
  'BQSU1BR0VfUkVTT1VSQ0VTL3VwZGF0ZV9pbmZvLS0tQkVHSU4gQVBQSU1BR0UgW3VwZGF0ZV9pbmZvXS0tLQp6c3luY3xodHRwczovL2V4YW1w',
  'bGUub3JnL2EuenN5bmMKLS0tRU5EIEFQUElNQUdFIFt1cGRhdGVfaW5mb10tLS0KUEsDBBQAAAAIAKqxblfTl75HEQAAABwCAAAhAAAALkFQUE',
  'lNQUdFX1JFU09VUkNFUy9kZXNrdG9wX2VudHJ580vMTbV1LCjg8htljDJQGQBQSwMECgAAAAAAqrFuVwAAAAAAAAAAAAAAABkAAAAuQVBQSU1B',
  'R0VfUkVTT1VSQ0VTL2ljb24vUEsDBAoAAAAAAKqxbleDFtyMAQAAAAEAAAAfAAAALkFQUElNQUdFX1JFU09VUkNFUy9pY29uLzE2LnBuZ3hQSw',
  'MECgAAAAAAqrFuV0lsC00QAAAAEAAAACQAAAAuQVBQSU1BR0VfUkVTT1VSQ0VTL2ljb24vZGVmYXVsdC5wbmcuLi9kZXNrdG9wX2VudHJ5UEsB',
  'Ah4DCgAAAAAAqrFuVwAAAAAAAAAAAAAAABQAAAAAAAAAAAAQAO1BAAAAAC5BUFBJTUFHRV9SRVNPVVJDRVMvUEsBAh4DCgAAAAAAqrFuV5A+xS',
  'hmAAAAZgAAAB8AAAAAAAAAAAAAAKSBMgAAAC5BUFBJTUFHRV9SRVNPVVJDRVMvdXBkYXRlX2luZm9QSwECHgMUAAAACACqsW5X05e+RxEAAAAc',
  'AgAAIQAAAAAAAAABAAAApIHVAAAALkFQUElNQUdFX1JFU09VUkNFUy9kZXNrdG9wX2VudHJ5UEsBAh4DCgAAAAAAqrFuVwAAAAAAAAAAAAAAAB',
  'kAAAAAAAAAAAAQAO1BJQEAAC5BUFBJTUFHRV9SRVNPVVJDRVMvaWNvbi9QSwECHgMKAAAAAACqsW5XgxbcjAEAAAABAAAAHwAAAAAAAAABAAAA',
  'pIFcAQAALkFQUElNQUdFX1JFU09VUkNFUy9pY29uLzE2LnBuZ1BLAQIeAwoAAAAAAKqxbldJbAtNEAAAABAAAAAkAAAAAAAAAAAAAAD/oZoBAA',
  'AuQVBQSU1BR0VfUkVTT1VSQ0VTL2ljb24vZGVmYXVsdC5wbmdQSwUGAAAAAAYABgDEAQAA7AEAAAAA',
].join('');

const zipBytes = (): Uint8Array => new Uint8Array(Buffer.from(INTEGRATION_ZIP, 'base64'));

/** ZIP archives, by themselves and behind something else. */
export const zip: Target = {
  seeds: async () => [zipBytes(), concat(new Uint8Array(300), zipBytes())],
  read: async (input) => explore(await openZip(bufferSource(input), { limits: LIMITS })),
};

/** Scripts with an image and an integration zip behind them. */
export const shImg: Target = {
  seeds: async () => [concat(script(), await squashfsOf(smallTree()), zipBytes())],
  read: async (input) => {
    const { integrationZip } = await readShImg(bufferSource(input));
    if (integrationZip === undefined) return;
    await integrationZip.readUpdateInformation().catch(expectAppImageError);
    await explore(integrationZip.files);
  },
};

/** Sections of DwarFS, with and without an index; no part of them is decompressed. */
export const dwarfs: Target = {
  seeds: async () => [sections(true), sections(false)],
  read: async (input) => {
    const source = bufferSource(input);
    await findDwarfs(source);
    const image = await readDwarfs(source, { blockHeaders: 100 });
    await checkDwarfs(source, image).catch(expectAppImageError);
  },
};

function script(): Uint8Array {
  const lines = ['#!/bin/sh', '#.shImg.#', 'image_type=squashfs image_compression=zstd', 'x86_64_offset=0000100'];
  lines.push("x86_64_length=0000050 arch='x86_64;aarch64'", 'export version="0.4.1"', 'image_offset=00000000000256');
  return Buffer.from(`${lines.join('\n')}\n`.padEnd(256, '\n'));
}

/** Two blocks, schema and metadata, each with a header of 64 bytes; the hashes are not right. */
function sections(hasIndex: boolean): Uint8Array {
  const types = [0, 0, 7, 8, ...(hasIndex ? [9] : [])];
  const index = Buffer.alloc(types.length * 8);
  const parts = types.map((type, number) => {
    const offset = number * (64 + 100);
    index.writeBigUInt64LE((BigInt(type) << 48n) | BigInt(offset), number * 8);
    const header = Buffer.alloc(64);
    header.write('DWARFS\x02\x05', 'latin1');
    header.writeUInt32LE(number, 48);
    header.writeUInt16LE(type, 52);
    header.writeUInt16LE(type === 9 ? 0 : 2, 54);
    header.writeBigUInt64LE(BigInt(type === 9 ? index.length : 100), 56);
    return Buffer.concat([header, type === 9 ? index : Buffer.alloc(100, number)]);
  });
  return concat(...parts);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function expectAppImageError(error: unknown): void {
  if (!isAppImageError(error)) throw error;
}
