import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { updateAppImage } from '../../src/index.ts';
import { noise } from '../support/noise.ts';
import { startPublisher } from '../support/publisher.ts';

test('a file that is not the one that was promised is not kept, nor is what was there of another', async () => {
  const { install, publish, file, options, server } = await startPublisher();
  await install({ version: '1.0' });
  await publish({ version: '2.0', content: noise(100_000) });
  for (const suffix of ['.part', '.part.seed']) writeFileSync(join(dirname(file), `.probe.AppImage${suffix}`), 'old');
  const source = `json-fields|${server.url}/latest.json|url=url,sha256=sha256`;
  const published = join(dirname(dirname(file)), 'published');
  writeFileSync(join(published, 'latest.json'), JSON.stringify({ url: 'probe.AppImage', sha256: 'a'.repeat(64) }));
  await expect(updateAppImage(file, { ...options, source })).rejects.toMatchObject({ code: 'untrusted' });
  expect(readdirSync(dirname(file))).toEqual(['probe.AppImage']);
});

test('what earlier attempts have left is gone after an update, whichever way the file came', async () => {
  const { install, publish, file, options } = await startPublisher();
  await install({ version: '1.0' });
  const next = await publish({ version: '2.0', content: noise(100_000) });
  for (const suffix of ['.part', '.part.seed', '.part.state']) {
    writeFileSync(join(dirname(file), `.probe.AppImage${suffix}`), 'old');
  }
  await updateAppImage(file, { ...options, forceWhole: true });
  expect(readFileSync(file)).toEqual(Buffer.from(next));
  expect(readdirSync(dirname(file))).toEqual(['.appimage-versions', 'probe.AppImage']);
});
