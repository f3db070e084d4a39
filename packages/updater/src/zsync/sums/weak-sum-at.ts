/**
 * The weak sum of the block at a place of a buffer, as `weakSum` of the format computes it, without a view of each block. It
 * is here also because a thread that loads the whole package of the format starts three times as late.
 */
export function weakSumAt(bytes: Uint8Array, start: number, blockSize: number): number {
  const end = start + blockSize;
  let a = 0;
  let b = 0;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const first = bytes[at] as number;
    const second = bytes[at + 1] as number;
    const third = bytes[at + 2] as number;
    const fourth = bytes[at + 3] as number;
    b = (b + 4 * (a + first) + 3 * second + 2 * third + fourth) | 0;
    a = (a + first + second + third + fourth) | 0;
  }
  for (; at < end; at++) {
    a = (a + (bytes[at] as number)) | 0;
    b = (b + a) | 0;
  }
  return (((a & 0xffff) << 16) | (b & 0xffff)) >>> 0;
}
