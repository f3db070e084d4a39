import { readFileSync } from 'node:fs';
import { describeWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { runtimeFor } from '../fixture.ts';
import { succeed } from '../run.ts';
import { machines } from './machines.ts';

const sectionSizes = {
  '.upd_info': 1024,
  '.sha256_sig': 1024,
  '.sig_key': 8192,
  '.digest_md5': 16,
  '.payload_sha256': 32,
  '.mount_mode': 16,
};

for (const { name, elfClass, machine, fileType, needs } of machines) {
  const [built] = needs.filter((need) => typeof need !== 'string' && need.name.startsWith('the runtime'));

  describeWith(['readelf', 'file', built ?? name], `the file of the runtime for ${name}`, () => {
    const runtime = runtimeFor(name);

    test('carries the magic of type 2 and is below 400 KB', () => {
      const file = readFileSync(runtime);
      expect(file.subarray(8, 11)).toEqual(Buffer.from([0x41, 0x49, 0x02]));
      expect(file.length).toBeLessThan(400_000);
    });

    test('is a program for that machine, and static', async () => {
      const header = await succeed('readelf', ['-hW', runtime]);
      expect(header).toMatch(new RegExp(`Class: +${elfClass}\n`));
      expect(header).toMatch(new RegExp(`Machine: +${machine}\n`));
      expect(header).toMatch(/Type: +DYN/);
      const type = await succeed('file', ['-b', runtime]);
      expect(type).toContain(fileType);
      expect(type).toMatch(/static-pie linked, stripped/);
    });

    test('needs no interpreter and no library, and maps nothing writable and executable', async () => {
      const headers = await succeed('readelf', ['-lW', runtime]);
      expect(headers).not.toContain('INTERP');
      expect(headers).not.toMatch(/ RWE /);
      expect(headers).toMatch(/GNU_STACK .* RW /);
      expect(headers).toContain('GNU_RELRO');
      expect(await succeed('readelf', ['-dW', runtime])).not.toContain('NEEDED');
    });

    test('keeps room for what tools write, in the sections they look for, and is without what nobody reads', async () => {
      const sections = await succeed('readelf', ['-SW', runtime]);
      const size = (section: string) =>
        Number.parseInt(new RegExp(` \\${section} +PROGBITS +\\w+ +\\w+ +(\\w+)`).exec(sections)?.[1] ?? '', 16);
      const names = Object.keys(sectionSizes);
      expect(Object.fromEntries(names.map((section) => [section, size(section)]))).toEqual(sectionSizes);
      expect(sections).not.toMatch(/\.(eh_frame|symtab|debug)/);
    });

    test('says what it can decompress', async () => {
      expect(await succeed('readelf', ['-p', '.payload_methods', runtime])).toMatch(/\] +gzip xz lz4 zstd iso9660\n/);
    });
  });
}
