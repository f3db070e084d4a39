import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { run, temporaryFolder } from '@appimage-js/testing';

/** Gives bytes to a program and takes what it makes of them. */
export function pipe(program: string, args: readonly string[], input: Uint8Array): Uint8Array {
  return new Uint8Array(execFileSync(program, args, { input, maxBuffer: 2 ** 28, stdio: 'pipe' }));
}

/** An .xz stream by `xz`, with one thread so that sizes are not in the block headers. */
export function packXz(content: Uint8Array, ...args: string[]): Uint8Array {
  return pipe('xz', ['--format=xz', '--threads=1', ...args, '--stdout'], content);
}

/** A .lzma file by `xz`: of unknown size, with an end marker. */
export function packLzma(content: Uint8Array, ...args: string[]): Uint8Array {
  return pipe('xz', ['--format=lzma', ...args, '--stdout'], content);
}

/** What `xz` makes of a .lzma file; undefined when it refuses it. */
export function unpackLzma(packed: Uint8Array): Uint8Array | undefined {
  return outputOf('xz', ['--format=lzma', '--decompress', '--quiet', '--stdout'], packed);
}

/** A .lzma file with its size in the header. */
export function withSize(packed: Uint8Array, size: number): Uint8Array {
  const changed = packed.slice();
  new DataView(changed.buffer).setBigUint64(5, BigInt(size), true);
  return changed;
}

/** A .lzma file of 7-Zip's encoder, which writes no end marker. */
export function packLzmaWithoutMarker(content: Uint8Array): Uint8Array {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'content'), content);
  run('7z', ['a', '-t7z', '-m0=lzma:lc=3:lp=0:pb=2:d=20', '-mf=off', '-mhc=off', 'archive.7z', 'content'], {
    cwd: folder,
  });
  const archive = readFileSync(join(folder, 'archive.7z'));
  const packed = archive.subarray(32, 32 + Number(archive.readBigUInt64LE(12)));
  const header = new Uint8Array(13);
  header[0] = (2 * 5 + 0) * 9 + 3;
  new DataView(header.buffer).setUint32(1, 2 ** 20, true);
  return withSize(new Uint8Array(Buffer.concat([header, packed])), content.length);
}

/** The only block in the frame that `lz4` writes; undefined when it was stored as it is. */
export function packLz4(content: Uint8Array, ...args: string[]): Uint8Array | undefined {
  const frame = Buffer.from(pipe('lz4', ['-BI', '-B7', '--no-frame-crc', '-q', ...args, '-c'], content));
  const hasSize = ((frame[4] as number) & 8) !== 0;
  const start = hasSize ? 15 : 7;
  const word = frame.readUInt32LE(start);
  if (frame.readUInt32LE(start + 4 + (word & 0x7fff_ffff)) !== 0) throw new RangeError('There is a second block');
  return word >>> 31 ? undefined : new Uint8Array(frame.subarray(start + 4, start + 4 + word));
}

/** The first block in the file that `lzop` writes, of at most 256 KiB; undefined when it was stored as it is. */
export function packLzo(content: Uint8Array, ...args: string[]): Uint8Array | undefined {
  const file = Buffer.from(pipe('lzop', ['-q', ...args, '-c'], content));
  const flags = file.readUInt32BE(17);
  // Magic 9, versions 6, method and level 2, flags, mode and times 16, the name with its length, a checksum 4.
  let at = 33;
  at += 1 + (file[at] as number) + 4;
  const size = file.readUInt32BE(at);
  const packedSize = file.readUInt32BE(at + 4);
  if (packedSize >= size) return undefined;
  const checksums = [0x1, 0x100, 0x2, 0x200].filter((flag) => (flags & flag) !== 0);
  at += 8 + 4 * checksums.length;
  return new Uint8Array(file.subarray(at, at + packedSize));
}

/** What `lz4` makes of a block of up to 64 KiB; undefined when it refuses it. */
export function unpackLz4(block: Uint8Array): Uint8Array | undefined {
  // Magic, version 1 with independent blocks and no checksums, blocks of up to 64 KiB, and the checksum of these two.
  const frame = Buffer.alloc(11 + block.length + 4);
  frame.set([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]);
  frame.writeUInt32LE(block.length, 7);
  frame.set(block, 11);
  return outputOf('lz4', ['-d', '-q', '-c'], frame);
}

/** What `lzop` makes of a block that has `size` bytes of content; undefined when it refuses it. */
export function unpackLzo(block: Uint8Array, size: number): Uint8Array | undefined {
  const header = Buffer.alloc(25);
  header.writeUInt16BE(0x1040, 0); // version of lzop
  header.writeUInt16BE(0x20a0, 2); // of the library
  header.writeUInt16BE(0x0940, 4); // needed to extract
  header.set([3, 9], 6); //           method, level
  header.writeUInt32BE(0x1000, 8); // flags: this header has a CRC-32, and nothing else has a checksum
  const lengths = Buffer.alloc(12);
  lengths.writeUInt32BE(crc32(header), 0);
  lengths.writeUInt32BE(size, 4);
  lengths.writeUInt32BE(block.length, 8);
  const magic = [0x89, 0x4c, 0x5a, 0x4f, 0x00, 0x0d, 0x0a, 0x1a, 0x0a];
  return outputOf(
    'lzop',
    ['-d', '-q', '-c'],
    Buffer.concat([Uint8Array.from(magic), header, lengths, block, Buffer.alloc(4)]),
  );
}

function outputOf(program: string, args: readonly string[], input: Uint8Array): Uint8Array | undefined {
  const { status, stdout } = spawnSync(program, args, { input, maxBuffer: 2 ** 28 });
  return status === 0 ? new Uint8Array(stdout) : undefined;
}

/** A frame by `zstd`. */
export function packZstd(content: Uint8Array, ...args: string[]): Uint8Array {
  return pipe('zstd', ['-q', ...args, '-c'], content);
}
