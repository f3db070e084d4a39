import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testWith } from '@appimage-js/testing';
import { expect } from 'vitest';
import { appImageOf, shortFolder, writeTree } from './fixture.ts';
import { run, succeed } from './run.ts';

const classes = 'alnum alpha blank cntrl digit graph lower print punct space upper xdigit'.split(' ');
const patterns = [...classes.map((name) => `[[:${name}:]]`), '[![:alnum:]]', '[a-fX]', '[!a-z]', '?', '[[:no:]]'];

testWith(
  ['mksquashfs', 'bash'],
  'a pattern means to an extraction what it means to a shell, for every byte',
  async () => {
    const tree = shortFolder();
    writeTree(tree, { 'a-name-that-is-longer': '' });
    for (let byte = 1; byte < 256; byte++) {
      if (byte === 0x2e || byte === 0x2f) continue;
      writeFileSync(Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([byte])]), '');
    }
    const file = await appImageOf(tree);
    const shell = 'shopt -s dotglob; for name in *; do [[ $name == $1 ]] && printf "%s\\n" "$name"; done';
    for (const pattern of patterns) {
      const folder = shortFolder();
      await run(file, ['--appimage-extract', pattern], { cwd: folder });
      const found = readdirSync(join(folder, 'squashfs-root'), { encoding: 'buffer' }).map((name) =>
        name.toString('hex'),
      );
      const expected = await succeed('bash', ['-c', `${shell} | od -An -v -tx1 | tr -d ' \\n'`, 'bash', pattern], {
        cwd: tree,
      });
      // One character and one newline each; the character may be a newline too.
      const names = expected.match(/..../g) ?? [];
      expect(found.sort(), pattern).toEqual(names.map((hex) => hex.slice(0, 2)).sort());
    }
  },
);
