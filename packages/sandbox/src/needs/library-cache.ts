/*
 * ld.so.cache: which libraries the dynamic loader of glibc finds without searching. `struct cache_file_new` in
 * sysdeps/generic/dl-cache.h of glibc; there is no other description. Old files have a part in an older format before it.
 */

/** "glibc-ld.so.cache1.1" */
const MAGIC = 'glibc-ld.so.cache1.1';
const HEADER_SIZE = 48;
const ENTRY_SIZE = 24;

/** A file has a few thousand entries. */
const MAXIMUM_ENTRIES = 1_000_000;

/** Which machine a library is for, by the second byte of its entry's flags. */
const MACHINES: Readonly<Record<string, number>> = { i686: 0x00, x86_64: 0x03, armhf: 0x09, aarch64: 0x0a };

/**
 * The names of the libraries in a cache that are for an architecture; all for one that is not known here. What is damaged is left
 * out, as the loader then searches by itself.
 */
export function parseLibraryCache(bytes: Uint8Array, architecture?: string): Set<string> {
  const names = new Set<string>();
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(MAGIC, 0, 'latin1');
  if (start < 0 || bytes.length < start + HEADER_SIZE) return names;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  //                                                0  magic, 17 bytes; version, 3
  const count = view.getUint32(20, true); //       20  nlibs
  //                                               24  len_strings
  if (count > MAXIMUM_ENTRIES) return names;
  const machine = MACHINES[architecture ?? ''];
  for (let index = 0; index < count; index++) {
    const at = HEADER_SIZE + index * ENTRY_SIZE;
    if (at + ENTRY_SIZE > view.byteLength) break;
    const flags = view.getUint32(at, true); //      0  flags
    const key = view.getUint32(at + 4, true); //    4  key: where the name is, from the start of this part
    //                                              8  value: where the path is
    const name = textAt(bytes.subarray(start), key);
    const isMeant = machine === undefined || ((flags >> 8) & 0xff) === machine;
    if (name !== '' && isMeant) names.add(name);
  }
  return names;
}

function textAt(bytes: Uint8Array, offset: number): string {
  const end = bytes.indexOf(0, offset);
  return offset >= bytes.length || end < 0 ? '' : new TextDecoder('latin1').decode(bytes.subarray(offset, end));
}
