/*
 * ARM, little-endian: `bl` with the condition "always", 24 bits of address in words and the byte 0xeb. The processor counts from
 * two instructions further on.
 * Source: "The .xz File Format", section 5.3.2, and the BCJ filters of XZ Utils (liblzma/simple/arm.c).
 */

const BRANCH_WITH_LINK = 0xeb;

/** Makes the targets of branches relative again. */
export function decodeArm(bytes: Uint8Array, startOffset: number): void {
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    if (bytes[at + 3] !== BRANCH_WITH_LINK) continue;
    const words = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
    const target = ((words << 2) - (startOffset + at + 8)) >>> 2;
    bytes[at] = target;
    bytes[at + 1] = target >>> 8;
    bytes[at + 2] = target >>> 16;
  }
}
