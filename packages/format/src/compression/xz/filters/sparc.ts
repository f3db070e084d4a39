/*
 * SPARC: `call`, a word of 2 bits 01 and 30 bits of displacement in words, of which those are taken whose upper bits are a sign.
 * Source: "The .xz File Format", section 5.3.2, and the BCJ filters of XZ Utils (liblzma/simple/sparc.c).
 */

const CALL = 0x4000_0000;

/** Makes the targets of calls relative again. */
export function decodeSparc(bytes: Uint8Array, startOffset: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    // Bits 22 to 29 all zeros or all ones: the ten highest of the word are 0x100 or 0x1ff.
    const top = view.getUint16(at) >>> 6;
    if (top !== 0x100 && top !== 0x1ff) continue;
    const displacement = ((view.getInt32(at) << 2) - (startOffset + at)) >>> 2;
    const sign = -((displacement >>> 22) & 1) << 22;
    view.setInt32(at, (sign & 0x3fff_ffff) | (displacement & 0x3f_ffff) | CALL);
  }
}
