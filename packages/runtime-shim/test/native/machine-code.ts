/** Calls of one and the same place, as a machine would have them in its code: what a branch filter makes equal. */
const TARGET = 0x10_0000;

type Instruction = (bytes: Buffer, at: number) => void;

/** The call that each filter of the xz format knows, at a place of the code. */
const calls: Readonly<Record<string, { readonly every: number; readonly write: Instruction }>> = {
  x86: {
    every: 16,
    write: (bytes, at) => {
      bytes[at] = 0xe8;
      bytes.writeInt32LE(TARGET - (at + 5), at + 1);
    },
  },
  powerpc: { every: 16, write: (bytes, at) => bytes.writeUInt32BE(0x48000001 | ((TARGET - at) & 0x03fffffc), at) },
  ia64: {
    every: 16,
    write: (bytes, at) => {
      const displacement = BigInt((TARGET - at) >> 4) & 0xfffffn;
      const slot = (5n << 37n) | (displacement << 13n);
      const bundle = 0x16n | (slot << 5n) | (slot << 46n) | (slot << 87n);
      bytes.writeBigUInt64LE(bundle & 0xffffffffffffffffn, at);
      bytes.writeBigUInt64LE((bundle >> 64n) & 0xffffffffffffffffn, at + 8);
    },
  },
  arm: { every: 16, write: (bytes, at) => bytes.writeUInt32LE((0xeb000000 | ((TARGET - at - 8) >> 2)) >>> 0, at) },
  armthumb: {
    every: 16,
    write: (bytes, at) => {
      const distance = TARGET - (at + 4);
      bytes.writeUInt16LE(0xf000 | ((distance >> 12) & 0x7ff), at);
      bytes.writeUInt16LE(0xf800 | ((distance >> 1) & 0x7ff), at + 2);
    },
  },
  sparc: { every: 16, write: (bytes, at) => bytes.writeUInt32BE(0x40000000 | ((TARGET - at) >> 2), at) },
  arm64: { every: 16, write: (bytes, at) => bytes.writeUInt32LE((0x94000000 | ((TARGET - at) >> 2)) >>> 0, at) },
};

export function machineCode(filter: string, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  const call = calls[filter];
  if (call === undefined) throw new RangeError(`There is no code for the filter ${filter}`);
  for (let at = 0; at + call.every <= size; at += call.every) call.write(bytes, at);
  return bytes;
}

/** Numbers of the xz format's filters. */
export const filterIds = {
  delta: 3,
  x86: 4,
  powerpc: 5,
  ia64: 6,
  arm: 7,
  armthumb: 8,
  sparc: 9,
  arm64: 10,
  lzma2: 0x21,
} as const;

export const STREAM_MAGIC = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);
const STREAM_HEADER_SIZE = 12;

/** The first filter of every xz stream in an image. */
export function firstFilters(image: Buffer): Set<number> {
  const found = new Set<number>();
  for (let at = image.indexOf(STREAM_MAGIC); at >= 0; at = image.indexOf(STREAM_MAGIC, at + 1)) {
    // The block's header: its size, flags, then as many sizes of seven bits a byte as the two high flags say.
    const flags = image[at + STREAM_HEADER_SIZE + 1] ?? 0;
    let next = at + STREAM_HEADER_SIZE + 2;
    for (let sizes = ((flags >> 6) & 1) + (flags >> 7); sizes > 0; sizes--) {
      while ((image[next++] ?? 0) >= 0x80);
    }
    found.add(image[next] ?? 0);
  }
  return found;
}
