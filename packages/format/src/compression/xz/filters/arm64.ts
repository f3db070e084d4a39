/*
 * ARM64: `bl`, 6 bits 100101 and 26 bits of address in words, and `adrp`, 21 bits of address in pages of 4 KiB, of which the two
 * lowest stand apart; of `adrp`, those are taken that reach at most 512 MiB far.
 * Source: "The .xz File Format", section 5.3.2, and the BCJ filters of XZ Utils (liblzma/simple/arm64.c).
 */

const BRANCH_WITH_LINK = 0x9400_0000;
const PAGE_ADDRESS_MASK = 0x9f00_0000;
const PAGE_ADDRESS = 0x9000_0000;

/** The bits of an `adrp` that are no address: the opcode and the register. */
const NO_ADDRESS = 0x9000_001f;

/** Makes the targets of branches and page addresses relative again. */
export function decodeArm64(bytes: Uint8Array, startOffset: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const instruction = view.getUint32(at, true);
    const place = (startOffset + at) >>> 0;
    if (instruction >>> 26 === BRANCH_WITH_LINK >>> 26) {
      const words = (instruction - (place >>> 2)) & 0x03ff_ffff;
      view.setInt32(at, BRANCH_WITH_LINK | words, true);
    } else if ((instruction & PAGE_ADDRESS_MASK) >>> 0 === PAGE_ADDRESS) {
      const pages = ((instruction >>> 29) & 3) | ((instruction >>> 3) & 0x1f_fffc);
      if (((pages + 0x2_0000) & 0x1c_0000) !== 0) continue;
      const target = pages - (place >>> 12);
      const low = (target & 3) << 29;
      const high = (target & 0x3_fffc) << 3;
      const sign = target & 0x2_0000 ? 0xe0_0000 : 0;
      view.setInt32(at, (instruction & NO_ADDRESS) | low | high | sign, true);
    }
  }
}
