import type { ReadOptions } from '../../io/byte-source.ts';
import type { LookupTable } from './lookup-table.ts';

export const ID_SIZE = 4;

/** Reads all user and group ids of an image, at most 65,535, by the index that inodes know them by. */
export async function readIds(table: LookupTable, options?: ReadOptions): Promise<readonly number[]> {
  const ids: number[] = [];
  for (let run = 0; run < table.runCount; run++) {
    const { record, count } = await table.run(run, options);
    for (let index = 0; index < count; index++) ids.push(record.uint32());
  }
  return ids;
}
