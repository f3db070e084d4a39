/*
 * The first bytes by which kinds of files are told.
 */
import type { ByteSource, ReadOptions } from '../io/byte-source.ts';

/** "CD001", in the primary volume descriptor. ECMA-119, 8.4. */
export const ISO9660_MAGIC: readonly number[] = [0x43, 0x44, 0x30, 0x30, 0x31];
/** 16 sectors of 2,048 bytes, and the descriptor's type. */
export const ISO9660_MAGIC_OFFSET = 32_769;
/** "#!" */
export const SCRIPT_MAGIC: readonly number[] = [0x23, 0x21];

const MAGICS = {
  elf: [0x7f, 0x45, 0x4c, 0x46], // "\x7fELF"
  squashfs: [0x68, 0x73, 0x71, 0x73], // "hsqs"
  dwarfs: [0x44, 0x57, 0x41, 0x52, 0x46, 0x53], // "DWARFS"
  shimg: [...new TextEncoder().encode('#!/bin/sh\n#.shImg.#')],
} as const satisfies Readonly<Record<string, readonly number[]>>;

/** Kinds of files that are told by their first bytes. */
export type MagicName = keyof typeof MAGICS;

/** What begins at `offset`, by its first bytes; `undefined` for anything else. */
export async function readMagic(source: ByteSource, options?: ReadOptions, offset = 0): Promise<MagicName | undefined> {
  const longest = Math.max(...Object.values(MAGICS).map(({ length }) => length));
  const bytes = await source.read(offset, Math.min(longest, source.size - offset), options);
  return magicOf(bytes);
}

/** What begins with these bytes; `undefined` for anything else. */
export function magicOf(bytes: Uint8Array): MagicName | undefined {
  const names = Object.keys(MAGICS) as MagicName[];
  return names.find((name) => MAGICS[name].every((byte, index) => bytes[index] === byte));
}

/** Whether `magic` is at `offset`; not so where the source ends before. */
export async function startsWith(
  source: ByteSource,
  offset: number,
  magic: readonly number[],
  options?: ReadOptions,
): Promise<boolean> {
  if (offset + magic.length > source.size) return false;
  const bytes = await source.read(offset, magic.length, options);
  return magic.every((byte, index) => bytes[index] === byte);
}
