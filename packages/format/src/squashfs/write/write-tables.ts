import type { Compressor } from '../../compression/codec.ts';
import type { OrderedOutput } from '../../filesystem/write/ordered-output.ts';
import { RecordWriter } from '../../io/record-writer.ts';
import { FRAGMENT_SIZE, serializeFragment } from '../fragment.ts';
import { serializeXattrSet, serializeXattrTableHeader, XATTR_SET_SIZE } from '../xattr.ts';
import { MetadataWriter } from './metadata-writer.ts';
import type { FileData } from './write-file-data.ts';
import type { InodeTables } from './write-inode-tables.ts';
import type { XattrTable } from './xattr-table.ts';

/** What the tables are made of. */
export interface TablesInput {
  readonly data: FileData;
  readonly inodes: InodeTables;
  readonly exportable: boolean;
}

interface TablesOptions {
  readonly output: OrderedOutput;
  readonly compressor: Compressor;
}

/** Writes the tables behind the directories, in the order and without the gaps that the kernel checks for. */
export async function writeTables({ data, inodes, exportable }: TablesInput, options: TablesOptions) {
  const { fragments } = data;
  const { references, ids, xattrs } = inodes;
  const fragmentTable = fragments.length > 0 ? serializeFragments(data) : undefined;
  const fragmentTableStart = fragmentTable && (await writeLookupTable(fragmentTable, options));
  const exportTableStart = exportable ? await writeLookupTable(serializeReferences(references), options) : undefined;
  const idTableStart = await writeLookupTable(ids.serialize(), options);
  const xattrTableStart = xattrs.sets.length > 0 ? await writeXattrTable(xattrs, options) : undefined;
  return { fragmentTableStart, exportTableStart, idTableStart, idCount: ids.count, xattrTableStart };
}

/** Writes a table's content in metadata blocks and the pointers to them; returns where the pointers, or `header`, begin. */
async function writeLookupTable(
  content: Uint8Array,
  { output, compressor }: TablesOptions,
  header: Uint8Array = new Uint8Array(0),
): Promise<number> {
  const blocks = new MetadataWriter(compressor);
  await blocks.append(content);
  const { pieces, length, starts } = await blocks.finish();
  const base = await output.finish();
  const pointers = new RecordWriter(starts.length * 8);
  for (const start of starts) pointers.uint64(base + start);
  output.append(...pieces, header, pointers.bytes);
  return base + length;
}

async function writeXattrTable(xattrs: XattrTable, options: TablesOptions): Promise<number> {
  const { pieces } = await xattrs.finish();
  const pairsStart = await options.output.finish();
  options.output.append(...pieces);
  const sets = new RecordWriter(xattrs.sets.length * XATTR_SET_SIZE);
  for (const set of xattrs.sets) serializeXattrSet(sets, set);
  const header = serializeXattrTableHeader({ pairsStart, setCount: xattrs.sets.length });
  return writeLookupTable(sets.bytes, options, header);
}

function serializeFragments({ fragments }: FileData): Uint8Array {
  const writer = new RecordWriter(fragments.length * FRAGMENT_SIZE);
  for (const fragment of fragments) serializeFragment(writer, fragment);
  return writer.bytes;
}

function serializeReferences(references: readonly bigint[]): Uint8Array {
  const writer = new RecordWriter(references.length * 8);
  for (const reference of references) writer.uint64(reference);
  return writer.bytes;
}
