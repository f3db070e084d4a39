/*
 * ER: names an extension that the volume uses.
 * Source: System Use Sharing Protocol, section 5.5; the texts of Rock Ridge: RRIP, section 4.3.
 */
import { decodeFileName } from '../../io/file-name.ts';
import type { RecordReader } from '../../io/record-reader.ts';
import { entryWriter } from './entry.ts';

/** Names under which versions 1.09 to 1.12 of the Rock Ridge Interchange Protocol are known. */
const ROCK_RIDGE = new Set(['RRIP_1991A', 'IEEE_P1282', 'IEEE_1282']);

/** What version 1.12 is to be introduced with. */
const IDENTIFIER = 'IEEE_P1282';
const DESCRIPTION = 'THE IEEE P1282 PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS';
const SOURCE = 'PLEASE CONTACT THE IEEE STANDARDS DEPARTMENT, PISCATAWAY, NJ, USA FOR THE P1282 SPECIFICATION';

/** Whether the extension is Rock Ridge. */
export function parseExtensionsReference(record: RecordReader): { readonly rockRidge: boolean } {
  const identifierLength = record.uint8(); //                        4  Identifier Length
  record.skip(1); //                                                 5  Description Length
  record.skip(1); //                                                 6  Source Length
  record.skip(1); //                                                 7  Extension Version
  const identifier = decodeFileName(record.bytes(identifierLength)); // 8  Extension Identifier, Description, Source
  return { rockRidge: ROCK_RIDGE.has(identifier) };
}

/** The entry for Rock Ridge, version 1.12. */
export function serializeRockRidgeReference(): Uint8Array {
  const text = IDENTIFIER + DESCRIPTION + SOURCE;
  return entryWriter('ER', 4 + text.length)
    .uint8(IDENTIFIER.length) //  4  Identifier Length
    .uint8(DESCRIPTION.length) // 5  Description Length
    .uint8(SOURCE.length) //      6  Source Length
    .uint8(1) //                  7  Extension Version
    .set(new TextEncoder().encode(text)).bytes; // 8  Extension Identifier, Description, Source
}
