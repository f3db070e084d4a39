import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { updateAppImage } from '../../src/index.ts';
import { startPublisher } from '../support/publisher.ts';

describe('a health check', () => {
  test('that passes leaves the new version, and is told where it is', async () => {
    const { install, publish, file, options } = await startPublisher();
    await install({ version: '1.0' });
    await publish({ version: '2.0' });
    const command = 'grep -q AI "$APPIMAGE" && echo "$APPIMAGE" > "$(dirname "$APPIMAGE")/../seen"';
    expect(await updateAppImage(file, { ...options, healthCheck: { command } })).toMatchObject({ state: 'updated' });
    expect(readFileSync(join(dirname(file), '../seen'), 'utf8')).toBe(`${file}\n`);
  });

  test.each([
    ['fails', 'exit 3', 'it ended with status 3'],
    ['takes too long', 'sleep 60', 'it did not end within 0.2 s'],
  ])('that %s brings the old version back, and keeps the new one from coming again', async (_, command, reason) => {
    const { install, publish, file, options } = await startPublisher();
    const old = await install({ version: '1.0' });
    await publish({ version: '2.0' });
    const healthCheck = { command, timeoutMilliseconds: 200 };
    const result = await updateAppImage(file, { ...options, keep: { count: 0 }, healthCheck });
    expect(result).toMatchObject({ state: 'rolled-back', reason: expect.stringContaining(reason) });
    expect(readFileSync(file)).toEqual(Buffer.from(old));
    expect(await updateAppImage(file, options)).toMatchObject({ state: 'held-back' });
    await publish({ version: '2.1' });
    expect(await updateAppImage(file, options)).toMatchObject({ state: 'updated' });
  });
});
