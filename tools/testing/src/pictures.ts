import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** Bit depth and colour type. */
const EIGHT_BITS_OF_COLOR = [8, 6] as const;
const ONE_BIT_OF_GRAY = [1, 0] as const;

/** A PNG of one color, given as red, green, blue and opacity; `claimed` is the size that its header says instead of the true one. */
export function picturePng(
  width: number,
  height: number,
  color: readonly [number, number, number, number],
  { claimed }: { readonly claimed?: number } = {},
): Uint8Array {
  const row = Buffer.concat([Buffer.of(0), ...Array.from({ length: width }, () => Buffer.from(color))]);
  const rows = Buffer.concat(Array.from({ length: height }, () => row));
  return assemblePng(claimed ?? width, claimed ?? height, deflateSync(rows));
}

/** A black PNG of very few bytes. */
export function emptyPng(size: number): Uint8Array {
  const bytesOfRow = 1 + Math.ceil(size / 8);
  return assemblePng(size, size, deflateSync(Buffer.alloc(size * bytesOfRow)), ONE_BIT_OF_GRAY);
}

function assemblePng(
  width: number,
  height: number,
  deflated: Buffer,
  form: readonly number[] = EIGHT_BITS_OF_COLOR,
): Uint8Array {
  const chunk = (type: string, content: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, checksum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(form, 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return new Uint8Array(
    Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflated), chunk('IEND', Buffer.alloc(0))]),
  );
}

/** Red, green, blue and opacity of each pixel of a PNG that has eight bits of each. */
export function pngPixels(png: Uint8Array): number[][] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const channels = png[25] === 6 ? 4 : 3;
  if (png[24] !== 8 || ![2, 6].includes(png[25] ?? 0)) throw new Error('must have eight bits of red, green and blue');
  const parts: Uint8Array[] = [];
  for (let at = 8; at < png.length; at += 12 + view.getUint32(at)) {
    const type = new TextDecoder().decode(png.subarray(at + 4, at + 8));
    if (type === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + view.getUint32(at)));
  }
  const rows = inflateSync(Buffer.concat(parts));
  const length = width * channels;
  const bytes = new Uint8Array(length * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (length + 1)] as number;
    for (let x = 0; x < length; x++) {
      const left = x < channels ? 0 : (bytes[y * length + x - channels] as number);
      const up = y === 0 ? 0 : (bytes[(y - 1) * length + x] as number);
      const corner = x < channels || y === 0 ? 0 : (bytes[(y - 1) * length + x - channels] as number);
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] as number;
      bytes[y * length + x] = (rows[y * (length + 1) + 1 + x] as number) + predicted;
    }
  }
  return Array.from({ length: width * height }, (_, index) => {
    const pixel = [...bytes.subarray(index * channels, (index + 1) * channels)];
    return channels === 4 ? pixel : [...pixel, 255];
  });
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value)) as [number, number, number];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
