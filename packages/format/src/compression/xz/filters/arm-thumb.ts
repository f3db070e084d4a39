/*
 * ARM Thumb, little-endian: `bl`, two halfwords 11110 and 11111 with 11 bits each of an address in halfwords, the upper first.
 * The processor counts from two halfwords further on.
 * Source: "The .xz File Format", section 5.3.2, and the BCJ filters of XZ Utils (liblzma/simple/armthumb.c).
 */

/** Makes the targets of branches relative again. */
export function decodeArmThumb(bytes: Uint8Array, startOffset: number): void {
  for (let at = 0; at + 4 <= bytes.length; at += 2) {
    const upper = bytes[at + 1] as number;
    const lower = bytes[at + 3] as number;
    if ((upper & 0xf8) !== 0xf0 || (lower & 0xf8) !== 0xf8) continue;
    const halfwords =
      ((upper & 7) << 19) | ((bytes[at] as number) << 11) | ((lower & 7) << 8) | (bytes[at + 2] as number);
    const target = ((halfwords << 1) - (startOffset + at + 4)) >>> 1;
    bytes[at + 1] = 0xf0 | ((target >>> 19) & 7);
    bytes[at] = target >>> 11;
    bytes[at + 3] = 0xf8 | ((target >>> 8) & 7);
    bytes[at + 2] = target;
    at += 2;
  }
}
