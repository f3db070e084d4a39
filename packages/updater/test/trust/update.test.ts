import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeWith, sharedFolder } from '@appimage-js/testing';
import { type GpgKeyring, gpgKeyring } from '@appimage-js/testing/gpg-keyring';
import { beforeAll, expect, test } from 'vitest';
import { forgetPinnedKey, pinKey, readPinnedKey, updateAppImage } from '../../src/index.ts';
import { startPublisher } from '../support/publisher.ts';

describeWith(['gpg', 'gpgconf'], 'an update of a signed image', () => {
  const folder = sharedFolder();
  let author: GpgKeyring;
  const fingerprints = { own: '', other: '' };
  const secret = { own: '', other: '' };
  beforeAll(() => {
    author = gpgKeyring(folder, 'author');
    for (const name of ['own', 'other'] as const) {
      fingerprints[name] = author.makeKey(`${name} <${name}@example.org>`, 'ed25519');
      secret[name] = author.exportSecretKey(fingerprints[name]);
    }
  });

  test('pins the key of the installed version, and holds the next ones to it', async () => {
    const { install, publish, file, options, dataFolder, updateInformation } = await startPublisher();
    await install({ version: '1.0', key: secret.own });
    await publish({ version: '1.1', key: secret.own });
    expect(await updateAppImage(file, options)).toMatchObject({
      state: 'updated',
      trust: { state: 'good', fingerprint: fingerprints.own, userIds: ['own <own@example.org>'] },
    });
    const identity = `update-information:${updateInformation}`;
    expect(await readPinnedKey(dataFolder, identity)).toMatchObject({ fingerprint: fingerprints.own });

    // Somebody puts a file of their own in the place of the installed one: the pin is elsewhere.
    await install({ version: '1.1', key: secret.other });
    const before = readFileSync(file);
    for (const key of [secret.other, undefined]) {
      await publish({ version: '1.2', ...(key && { key }) });
      await expect(updateAppImage(file, options)).rejects.toMatchObject({
        code: 'untrusted',
        trust: { state: key === undefined ? 'no-longer-signed' : 'key-changed' },
      });
      expect(readFileSync(file)).toEqual(before);
      expect(readdirSync(dirname(file)).filter((name) => name.endsWith('.part'))).toEqual([]);
    }

    await publish({ version: '1.2', key: secret.other });
    expect(await updateAppImage(file, { ...options, acceptedKey: fingerprints.other.toLowerCase() })).toMatchObject({
      state: 'updated',
      trust: { state: 'key-succeeded', fingerprint: fingerprints.other },
    });
    expect(await readPinnedKey(dataFolder, identity)).toMatchObject({ predecessors: [fingerprints.own] });
  });

  test('refuses a signature that was copied from another file', async () => {
    const { install, publish, file, options } = await startPublisher();
    const old = await install({ version: '1.0', key: secret.own });
    await publish({ version: '1.1', key: secret.own, signature: author.sign('something else', fingerprints.own) });
    await expect(updateAppImage(file, options)).rejects.toMatchObject({ code: 'untrusted', trust: { state: 'bad' } });
    expect(readFileSync(file)).toEqual(Buffer.from(old));
  });

  test('pins the first signature of an application that had none', async () => {
    const { install, publish, file, options } = await startPublisher();
    await install({ version: '1.0' });
    await publish({ version: '1.1', key: secret.own });
    expect(await updateAppImage(file, options)).toMatchObject({ trust: { state: 'newly-signed' } });
    await publish({ version: '1.2' });
    await expect(updateAppImage(file, options)).rejects.toMatchObject({ trust: { state: 'no-longer-signed' } });
  });

  test('does not go around a pin that can not be read', async () => {
    const { install, publish, file, options, dataFolder, updateInformation } = await startPublisher();
    const old = await install({ version: '1.0', key: secret.own });
    await publish({ version: '1.1', key: secret.own });
    await updateAppImage(file, options);
    const [name = ''] = readdirSync(join(dataFolder, 'trust'));
    const pin = join(dataFolder, 'trust', name);
    await publish({ version: '1.2', key: secret.other });
    for (const [content, code] of [
      ['', 'malformed'],
      ['{"version":1}', 'malformed'],
      ['{"version":9}', 'unsupported'],
    ] as const) {
      writeFileSync(pin, content);
      await expect(updateAppImage(file, options)).rejects.toMatchObject({ code, path: pin });
    }
    expect(readFileSync(file)).not.toEqual(Buffer.from(old));
    await forgetPinnedKey(dataFolder, `update-information:${updateInformation}`);
    expect(readdirSync(join(dataFolder, 'trust'))).toEqual([]);
  });

  test('never pins over what somebody else has pinned meanwhile', async () => {
    const dataFolder = join(folder, 'pins');
    mkdirSync(dataFolder);
    const key = (name: 'own' | 'other') => {
      const armored = author.exportKey(fingerprints[name]);
      return { fingerprint: fingerprints[name], userIds: [], armored, weakHash: false, pinnedAt: '', predecessors: [] };
    };
    const results = await Promise.allSettled([
      pinKey(dataFolder, { identity: 'app', key: key('own'), expected: undefined }),
      pinKey(dataFolder, { identity: 'app', key: key('other'), expected: undefined }),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const first = results[0]?.status === 'fulfilled' ? 'own' : 'other';
    expect(await readPinnedKey(dataFolder, 'app')).toMatchObject({ fingerprint: fingerprints[first] });
  });
});
