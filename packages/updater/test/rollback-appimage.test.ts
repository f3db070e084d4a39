import { readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkForUpdate, listKeptVersions, rollbackAppImage, updateAppImage } from '../src/index.ts';
import { startPublisher } from './support/publisher.ts';

describe('a rollback', () => {
  test('brings the old version back, and back again', async () => {
    const { install, publish, file, options } = await startPublisher();
    const old = await install({ version: '1.0' });
    const next = await publish({ version: '2.0' });
    await updateAppImage(file, options);
    expect(await rollbackAppImage(file, options)).toMatchObject({
      restored: { version: '1.0' },
      kept: { version: '2.0' },
    });
    expect(readFileSync(file)).toEqual(Buffer.from(old));
    expect(statSync(file).mode & 0o777).toBe(0o755);
    expect(await updateAppImage(file, options)).toMatchObject({ state: 'held-back' });
    expect(readFileSync(file)).toEqual(Buffer.from(old));

    await rollbackAppImage(file, options);
    expect(readFileSync(file)).toEqual(Buffer.from(next));
    expect(await checkForUpdate(file, options)).toMatchObject({ state: 'up-to-date' });
    expect((await listKeptVersions(file)).map(({ version }) => version)).toEqual(['1.0']);
  });

  test('does not keep the next version from coming, nor one that is asked for again', async () => {
    const { install, publish, file, options } = await startPublisher();
    await install({ version: '1.0' });
    await publish({ version: '2.0' });
    await updateAppImage(file, options);
    await rollbackAppImage(file, options);
    expect(await updateAppImage(file, { ...options, allowHeldBack: true })).toMatchObject({ state: 'updated' });
    await rollbackAppImage(file, options);
    await publish({ version: '2.1' });
    expect(await updateAppImage(file, options)).toMatchObject({ state: 'updated', updated: { version: '2.1' } });
  });

  test('goes to the version that is named, by its name, its number or its digest', async () => {
    const { install, publish, file, options } = await startPublisher();
    const first = await install({ version: '1.0' });
    for (const version of ['1.1', '1.2']) {
      await publish({ version });
      await updateAppImage(file, { ...options, keep: { count: 5 } });
    }
    const [, { digest = '' } = {}] = await listKeptVersions(file);
    await rollbackAppImage(file, { ...options, to: digest.slice(0, 6) });
    expect(readFileSync(file)).toEqual(Buffer.from(first));
    await rollbackAppImage(file, { ...options, to: '1.1' });
    await rollbackAppImage(file, { ...options, to: '1.0' });
    expect(readFileSync(file)).toEqual(Buffer.from(first));
    await expect(rollbackAppImage(file, { ...options, to: '7' })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('expected one of 1.1, 1.2, found "7"'),
    });
  });

  test('is not there where nothing is kept', async () => {
    const { install, file, options } = await startPublisher();
    await install({ version: '1.0' });
    await expect(rollbackAppImage(file, options)).rejects.toMatchObject({ code: 'not-found' });
  });
});
