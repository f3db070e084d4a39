import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { readPlace, userFolders } from '../../../src/confine/host/read-places.ts';

describe('userFolders', () => {
  test('are where the usual ones are, unless the user has others', () => {
    const home = temporaryFolder();
    const lines = [
      '# a comment',
      'XDG_DOWNLOAD_DIR="$HOME/In \\"box\\"/"',
      'XDG_MUSIC_DIR="/srv/music"',
      'XDG_DESKTOP_DIR="$HOME"',
      'XDG_VIDEOS_DIR="relative"',
    ];
    writeFileSync(join(home, 'user-dirs.dirs'), lines.join('\n'));
    const folders = userFolders(home, { XDG_CACHE_HOME: '/var/my-cache', XDG_DATA_HOME: 'relative' }, home);
    expect(folders).toMatchObject({
      'xdg-download': join(home, 'In "box"'),
      'xdg-music': '/srv/music',
      'xdg-desktop': join(home, 'Desktop'),
      'xdg-videos': join(home, 'Videos'),
      'xdg-cache': '/var/my-cache',
      'xdg-data': join(home, '.local/share'),
    });
  });
});

describe('readPlace', () => {
  test('follows links, and names them', () => {
    const home = temporaryFolder();
    mkdirSync(join(home, 'real/deep'), { recursive: true });
    symlinkSync('real', join(home, 'one'));
    symlinkSync(join(home, 'one/deep'), join(home, 'two'));
    expect(readPlace('~/two', home, {})).toEqual({
      place: '~/two',
      path: join(home, 'two'),
      real: join(home, 'real/deep'),
      kind: 'directory',
      links: [join(home, 'two'), join(home, 'one')],
    });
  });

  test('knows where a place would be that is not there yet', () => {
    const home = temporaryFolder();
    symlinkSync('/nowhere', join(home, 'link'));
    expect(readPlace('~/link/a', home, {})).toMatchObject({ real: '/nowhere/a', kind: 'missing' });
  });

  test('gives up on links in a circle', () => {
    const home = temporaryFolder();
    symlinkSync('b', join(home, 'a'));
    symlinkSync('a', join(home, 'b'));
    expect(readPlace('~/a', home, {})).toMatchObject({ real: undefined, kind: 'missing' });
  });

  test.each([
    ['/dev/null', 'other'],
    ['/etc/passwd', 'file'],
    ['xdg-download/a', 'missing'],
  ])('takes %s for what it is: %s', (place, kind) => {
    expect(readPlace(place, '/home/me', { 'xdg-download': '/nowhere' })).toMatchObject({ kind });
  });

  test.each(['home', 'host', 'host-etc'])('knows no single place by the name of %s', (word) => {
    expect(readPlace(word, '/home/me', {})).toBeUndefined();
  });
});
