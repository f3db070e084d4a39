import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isAppImageError } from '@appimage-js/format';
import { acquireLock } from './lock.ts';
import { type RecordKind, readRecord, writeRecord } from './record-file.ts';

const KIND: RecordKind<{ readonly id: string }> = {
  name: 'installation',
  version: 1,
  parse: ({ id }) => (typeof id === 'string' && id.length >= 16 ? { id } : undefined),
};

const WAIT_MILLISECONDS = 10_000;

/**
 * What tells a file of this user from those of all others, for releases that only some take part in at first. It is random, stays
 * the same, and never leaves the machine. Where nothing can be remembered, it is made of the path.
 */
export async function installationId(dataFolder: string, path: string): Promise<string> {
  const id = await userId(dataFolder).catch((error: unknown) => {
    if (isAppImageError(error)) return '';
    throw error;
  });
  return createHash('sha256').update(`${id}\0${path}`).digest('hex');
}

async function userId(dataFolder: string): Promise<string> {
  const record = join(dataFolder, 'installation.json');
  const known = await readRecord(record, KIND);
  if (known !== undefined) return known.id;
  await using _lock = await acquireLock(record, { purpose: 'first use', waitMilliseconds: WAIT_MILLISECONDS });
  const { id } = (await readRecord(record, KIND)) ?? { id: randomUUID() };
  await writeRecord(record, KIND, { id });
  return id;
}
