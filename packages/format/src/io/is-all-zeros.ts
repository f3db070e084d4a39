/** Whether bytes are nothing but zeros, so that they need not be stored. */
export function isAllZeros(bytes: Uint8Array): boolean {
  const words = Math.floor(bytes.length / 8);
  if (bytes.byteOffset % 8 !== 0) return bytes.every((byte) => byte === 0);
  const view = new BigUint64Array(bytes.buffer, bytes.byteOffset, words);
  for (let index = 0; index < words; index++) if (view[index] !== 0n) return false;
  return bytes.subarray(words * 8).every((byte) => byte === 0);
}
