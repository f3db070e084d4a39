import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { recallApplication } from '../../src/permissions/store/application-memo.ts';
import { writeAppImage } from '../write-app-image.ts';

async function prepare() {
  const folder = temporaryFolder();
  const file = await writeAppImage(join(folder, 'App.AppImage'), 'exit 0');
  const env = { HOME: folder };
  const recall = () => recallApplication(file, { env });
  const first = await recall();
  const memos = join(folder, '.cache/appimage/applications');
  return { file, recall, first, memo: join(memos, readdirSync(memos)[0] ?? '') };
}

/** Says something else in the memo, so that it is seen whether it was believed. */
function forge(memo: string, change: Record<string, unknown>): void {
  writeFileSync(memo, JSON.stringify({ ...JSON.parse(readFileSync(memo, 'utf8')), ...change }));
}

describe('recallApplication', () => {
  test('remembers what the very file has said', async () => {
    const { recall, first, memo } = await prepare();
    expect(await recall()).toEqual(first);
    forge(memo, { name: 'remembered' });
    expect(await recall()).toEqual({ ...first, name: 'remembered' });
  });

  test('forgets it when the file has changed', async () => {
    const { file, recall, first, memo } = await prepare();
    forge(memo, { name: 'remembered' });
    appendFileSync(file, 'x');
    expect(await recall()).toEqual(first);
    expect(JSON.parse(readFileSync(memo, 'utf8'))).toMatchObject({ name: first.name });
  });

  test.each([
    { version: 2 },
    { key: '' },
    { path: '/other' },
    { identity: '../../x-0123456789abcdef' },
    { identity: 7 },
    { request: { permissions: { network: 'yes' } } },
    { request: 'x' },
  ])('does not believe %j', async (change) => {
    const { recall, first, memo } = await prepare();
    forge(memo, { name: 'remembered', ...change });
    expect(await recall()).toEqual(first);
    writeFileSync(memo, '{');
    expect(await recall()).toEqual(first);
  });
});
