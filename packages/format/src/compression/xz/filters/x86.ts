/*
 * x86: `call` and `jmp`, the bytes 0xe8 and 0xe9 with 32 bits of address, of which those are taken whose highest byte is a sign,
 * 0x00 or 0xff. The processor counts from the next instruction. Any byte may look like an opcode, so there are rules for one that
 * lies in what would be the address of another.
 * Source: "The .xz File Format", section 5.3.2, and the BCJ filters of XZ Utils (liblzma/simple/x86.c).
 */

const ADDRESS_SIZE = 4;

/** By which of the three bytes before look like opcodes but were left alone, bit 0 for the nearest: how far back the only one is. */
const ONLY_ONE: readonly (number | undefined)[] = [0, 1, 2, undefined, 3, undefined, undefined, undefined];

/** Makes the targets of calls and jumps relative again. */
export function decodeX86(bytes: Uint8Array, startOffset: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = bytes.length - ADDRESS_SIZE;
  let leftAlone = 0;
  let latest = -4;
  for (let at = 0; at < end; at++) {
    if (((bytes[at] as number) & 0xfe) !== 0xe8) continue;
    const distance = at - latest;
    leftAlone = distance > 3 ? 0 : (leftAlone << (distance - 1)) & 7;
    latest = at;
    const back = ONLY_ONE[leftAlone];
    // Left alone as well are one after several, and one in an address whose highest byte is a sign.
    if (
      back === undefined ||
      (back !== 0 && isSign(bytes[at + ADDRESS_SIZE - back] as number)) ||
      !isSign(bytes[at + ADDRESS_SIZE] as number)
    ) {
      leftAlone = (leftAlone << 1) | 1;
      continue;
    }
    const next = startOffset + at + 1 + ADDRESS_SIZE;
    let target = view.getInt32(at + 1, true) - next;
    // The encoder made sure that such an address would not look different from here: it turned the bits below over.
    if (back !== 0 && isSign((target >>> (24 - 8 * back)) & 0xff))
      target = (target ^ (0xffff_ffff >>> (8 * back))) - next;
    view.setInt32(at + 1, (target << 7) >> 7, true);
    at += ADDRESS_SIZE;
  }
}

function isSign(byte: number): boolean {
  return byte === 0x00 || byte === 0xff;
}
