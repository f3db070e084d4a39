/*
 * The weak sum of a block: A is the sum of its bytes, B the sum of A after each byte, both modulo 2^16. Source: zsync
 * specification, "Rolling checksum", https://github.com/cph6/zsync/blob/master/SPEC.md, and the rsync algorithm,
 * section 3, https://rsync.samba.org/tech_report/.
 */

/**
 * The weak sum of a block, with A in the upper and B in the lower 16 bits; `bytes` shorter than the block count as
 * followed by zeros.
 */
export function weakSum(bytes: Uint8Array, blockSize: number): number {
  const { length } = bytes;
  let a = 0;
  let b = 0;
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    const first = bytes[index] as number;
    const second = bytes[index + 1] as number;
    const third = bytes[index + 2] as number;
    const fourth = bytes[index + 3] as number;
    b = (b + 4 * (a + first) + 3 * second + 2 * third + fourth) | 0;
    a = (a + first + second + third + fourth) | 0;
  }
  for (; index < length; index++) {
    a = (a + (bytes[index] as number)) | 0;
    b = (b + a) | 0;
  }
  b += Math.imul(a, blockSize - length);
  return (((a & 0xffff) << 16) | (b & 0xffff)) >>> 0;
}

/**
 * The bits of a weak sum that are stored when it has this many bytes: its last ones, so B is whole from two bytes on.
 */
export function weakSumMask(weakLength: number): number {
  return 0xffffffff >>> (32 - 8 * weakLength);
}
