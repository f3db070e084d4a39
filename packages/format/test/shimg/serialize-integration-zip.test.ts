import { writeFileSync } from 'node:fs';
import { describeWith, run, temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { readWholeFile } from '../../src/filesystem/resolve-path.ts';
import { bufferSource } from '../../src/io/byte-source.ts';
import { openIntegrationZip } from '../../src/shimg/integration-zip.ts';
import { type IntegrationZipContent, serializeIntegrationZip } from '../../src/shimg/serialize-integration-zip.ts';
import { noise } from '../support/trees.ts';
import { UPDATE_INFORMATION } from './make-shimg.ts';

const SIGNATURE = '-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----';

const content: IntegrationZipContent = {
  desktopEntry: new TextEncoder().encode('[Desktop Entry]\nName=Test\n'),
  metainfo: new TextEncoder().encode('<component/>'),
  updateInformation: UPDATE_INFORMATION,
  signature: new TextEncoder().encode(SIGNATURE),
  defaultIcon: { format: 'svg', bytes: new TextEncoder().encode('<svg/>') },
  icons: new Map([
    [256, noise(300, 1)],
    [16, noise(30, 2)],
  ]),
};

async function behind(prefix: Uint8Array, made = content): Promise<Uint8Array> {
  const zip = await serializeIntegrationZip(made, { offset: prefix.length });
  return new Uint8Array(Buffer.concat([prefix, zip]));
}

describe('an integration zip', () => {
  test('is found at the end of a file, with all that was put into it', async () => {
    const zip = await openIntegrationZip(bufferSource(await behind(noise(1000))));
    expect(zip?.files.start).toBe(1000);
    expect(await zip?.readUpdateInformation()).toBe(UPDATE_INFORMATION);
    expect(zip?.icons.map(({ size }) => size)).toEqual([null, 16, 256]);
    for (const [entry, bytes] of [
      [zip?.desktopEntry, content.desktopEntry],
      [zip?.metainfo, content.metainfo],
      [zip?.signature, new TextEncoder().encode(`${SIGNATURE}\n`)],
    ] as const) {
      if (zip === undefined || entry === undefined) throw new Error('there must be an entry');
      expect(await readWholeFile(zip.files, entry, { maximumLength: 1000 })).toEqual(bytes);
    }
  });

  test('has no more than the desktop entry and an icon where there is no more', async () => {
    const { desktopEntry, defaultIcon } = content;
    const zip = await openIntegrationZip(
      bufferSource(await behind(noise(5), { desktopEntry, defaultIcon, icons: new Map() })),
    );
    expect([zip?.metainfo, zip?.signature, await zip?.readUpdateInformation()]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  describeWith(['unzip'], 'for Info-ZIP', () => {
    test('stores what a shell looks for, before everything else', async () => {
      const path = `${temporaryFolder()}/file`;
      writeFileSync(path, await behind(noise(123)));
      const lines = run('zipinfo', [path]).split('\n').slice(2, -2);
      expect(lines.map((line) => line.split(/ +/)).map((words) => [words[5]?.slice(0, 4), words[8]])).toEqual([
        ['stor', '.APPIMAGE_RESOURCES/update_info'],
        ['stor', '.APPIMAGE_RESOURCES/signature'],
        [expect.any(String), '.APPIMAGE_RESOURCES/desktop_entry'],
        [expect.any(String), '.APPIMAGE_RESOURCES/metainfo'],
        [expect.any(String), '.APPIMAGE_RESOURCES/icon/default.svg'],
        [expect.any(String), '.APPIMAGE_RESOURCES/icon/16.png'],
        [expect.any(String), '.APPIMAGE_RESOURCES/icon/256.png'],
      ]);
    });
  });

  test('has no icon of a size that the format does not name', async () => {
    await expect(serializeIntegrationZip({ ...content, icons: new Map([[100, noise(1)]]) })).rejects.toThrow(
      RangeError,
    );
  });
});
