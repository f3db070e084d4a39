import type { Compressor } from '../../compression/codec.ts';
import { encodeFileName } from '../../io/file-name.ts';
import { encodeHex } from '../../io/hex.ts';
import { NO_XATTRS } from '../inode-header.ts';
import { serializeMetadataReference } from '../metadata-block.ts';
import { serializeXattr, type XattrSet } from '../xattr.ts';
import { MetadataWriter } from './metadata-writer.ts';

/** Collects the extended attributes of inodes; equal sets are written once. */
export class XattrTable {
  readonly #pairs: MetadataWriter;
  readonly #indices = new Map<string, number>();
  readonly sets: XattrSet[] = [];

  constructor(compressor: Compressor) {
    this.#pairs = new MetadataWriter(compressor);
  }

  /** The index that an inode with these attributes has to name. */
  async indexOf(xattrs: ReadonlyMap<string, Uint8Array> | undefined): Promise<number> {
    if (xattrs === undefined || xattrs.size === 0) return NO_XATTRS;
    const sorted = [...xattrs].sort(([left], [right]) => (left < right ? -1 : 1));
    const records = sorted.map(([name, value]) => serializeXattr(name, value));
    const key = records.map(encodeHex).join();
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    const reference = serializeMetadataReference(this.#pairs.place);
    for (const record of records) await this.#pairs.append(record);
    const index = this.sets.length;
    const size = sorted.reduce((sum, [name, value]) => sum + encodeFileName(name).length + 1 + value.length, 0);
    this.sets.push({ reference, count: records.length, size });
    this.#indices.set(key, index);
    return index;
  }

  /** The key and value pairs, packed. */
  finish(): ReturnType<MetadataWriter['finish']> {
    return this.#pairs.finish();
  }
}
