import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesContent } from '@appimage-js/format';
import { describeWith, run } from '@appimage-js/testing';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { buildAppImage, planAppImage } from '../../src/index.ts';
import { patchedContent } from '../../src/patch-usr/patched-content.ts';
import { compile } from '../compile.ts';
import { PAYLOAD_OFFSET, type PreparedBuild, preparedBuild } from '../prepared-build.ts';

const SOURCE = `
#include <stdio.h>
const char *paths[] = {"/usr/share/hello/data", "prefix=/usr/share/hello", "/usr/share/hello/%s.txt", "/usr"};
char changed[] = "/usr/share/hello/data";
const char *others[] = {"/usr/share/zoneinfo", "/usr/bin:/bin", "/opt/usr/share/hello/data", "/usrlocal", "/usr/share/hello/data2"};
int main(int argc, char **argv) {
  FILE *file = fopen(paths[0], "r");
  char line[100] = "", name[200];
  if (file) fgets(line, sizeof line, file);
  snprintf(name, sizeof name, paths[2], "other");
  printf("%s|%s|%s|%s|%s|", line, paths[1], name, paths[3], changed);
  for (int i = 0; i < 5; i++) printf("%s|", others[i]);
  for (int i = 1; i < argc; i++) printf("%s|", argv[i]);
  return 0;
}`;

function application(): PreparedBuild {
  const build = preparedBuild({
    'usr/bin/hello': undefined,
    'usr/share/hello/data': 'found',
    'usr/share/script': '#!/bin/sh\ncat /usr/share/hello/data\n',
  });
  compile(join(build.appDir, 'usr/bin/hello'), SOURCE, ['-O0']);
  return build;
}

describeWith(['gcc', 'unsquashfs'], 'the option patchUsr', () => {
  test('is off by default', async () => {
    const { patched, additions } = await planAppImage(application().options);
    expect(patched).toEqual([]);
    expect(additions.find(({ path }) => path === 'AppRun')).toMatchObject({
      text: expect.not.stringContaining('cd "$APPDIR"/usr'),
    });
  });

  test('makes paths into the AppDir relative, so that the application finds its files, and leaves all other bytes', async () => {
    const { options, output, appDir, folder } = application();
    const { plan } = await buildAppImage({ ...options, patchUsr: true });
    expect(plan.patched).toEqual([{ path: 'usr/bin/hello', places: 5 }]);
    const extracted = join(folder, 'extracted');
    run('unsquashfs', ['-no-progress', '-o', `${PAYLOAD_OFFSET}`, '-d', extracted, output]);
    const before = readFileSync(join(appDir, 'usr/bin/hello'));
    const after = readFileSync(join(extracted, 'usr/bin/hello'));
    const text = (bytes: Buffer) => bytes.toString('latin1').replaceAll('././', '/usr');
    expect(text(after)).toBe(text(before));
    const { stdout } = await execa(join(extracted, 'AppRun'), ['a file', 'none'], { cwd: folder });
    expect(stdout.split('|')).toEqual([
      'found',
      'prefix=././/share/hello',
      '././/share/hello/other.txt',
      '././',
      '././/share/hello/data',
      '/usr/share/zoneinfo',
      '/usr/bin:/bin',
      '/opt/usr/share/hello/data',
      '/usrlocal',
      '/usr/share/hello/data2',
      'a file',
      'none',
      '',
    ]);
  });

  test('warns where AppRun is not made, and so must change the folder itself', async () => {
    const build = application();
    compile(join(build.appDir, 'AppRun'), SOURCE);
    const { warnings } = await planAppImage({ ...build.options, patchUsr: true });
    expect(warnings.map(({ code }) => code)).toEqual(['app-run-stays-in-folder']);
  });
});

describe('patchedContent', () => {
  test.each([1, 2, 3, 5, 7, 100])('has the replacement whatever the pieces, of %i bytes', async (pieceLength) => {
    const bytes = new TextEncoder().encode('/usr--/usr/usr-----/usr');
    const pieces: Uint8Array[] = [];
    for await (const piece of patchedContent(bytesContent(bytes), [0, 6, 10, 19]).read(pieceLength)) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe('././--././././-----././');
    expect(new TextDecoder().decode(bytes)).toBe('/usr--/usr/usr-----/usr');
    expect(pieces.slice(0, -1).every(({ length }) => length === pieceLength)).toBe(true);
  });
});
