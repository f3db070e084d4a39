/*
 * PowerPC, big-endian: `bl`, a word of 6 bits 010010, 24 bits of address in words, and AA = 0, LK = 1.
 * Source: "The .xz File Format", section 5.3.2, and the BCJ filters of XZ Utils (liblzma/simple/powerpc.c).
 */

const OPCODE_MASK = 0xfc000003;
const OPCODE = 0x48000001;

/** Makes the targets of branches relative again. */
export function decodePowerpc(bytes: Uint8Array, startOffset: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    if (((bytes[at] as number) & 0xfc) !== 0x48) continue;
    const instruction = view.getInt32(at);
    if ((instruction & OPCODE_MASK) !== OPCODE) continue;
    const target = instruction - (startOffset + at);
    view.setInt32(at, (target & ~OPCODE_MASK) | OPCODE);
  }
}
