import { describe, expect, test } from 'vitest';
import { findAppStream } from '../../src/appstream/find-appstream.ts';
import type { InputNode } from '../../src/filesystem/input-tree.ts';
import { directory, file, openImage, symlink, writeImage } from '../support/trees.ts';

const component = (id: string, { type = 'desktop-application', more = '' } = {}) =>
  file(`<component type="${type}"><id>${id}</id><name>${id}</name>${more}</component>`);
const launching = (entry: string) => ({ more: `<launchable type="desktop-id">${entry}</launchable>` });

interface Folders {
  readonly metainfo?: Record<string, InputNode> | InputNode;
  readonly appdata?: Record<string, InputNode>;
}

async function find({ metainfo, appdata }: Folders, options = {}) {
  const folders = {
    ...(metainfo && { metainfo: 'type' in metainfo ? (metainfo as InputNode) : directory(metainfo) }),
    ...(appdata && { appdata: directory(appdata) }),
  };
  const root = directory({ usr: directory({ share: directory(folders) }) });
  return findAppStream(await openImage(await writeImage(root)), options);
}

const desktopEntry = 'org.example.App.desktop';

describe('the metadata of an application', () => {
  test.each([
    [
      'one file in today’s folder',
      { metainfo: { 'a.metainfo.xml': component('a') } },
      'usr/share/metainfo/a.metainfo.xml',
    ],
    [
      'one with the other suffix',
      { metainfo: { 'a.appdata.xml': component('a') } },
      'usr/share/metainfo/a.appdata.xml',
    ],
    ['one in the old folder', { appdata: { 'a.appdata.xml': component('a') } }, 'usr/share/appdata/a.appdata.xml'],
    [
      'that of today before that of old',
      { metainfo: { 'b.appdata.xml': component('b') }, appdata: { 'a.appdata.xml': component('a') } },
      'usr/share/metainfo/b.appdata.xml',
    ],
    [
      'the suffix of today before the old one',
      { metainfo: { 'a.appdata.xml': component('a'), 'a.metainfo.xml': component('a') } },
      'usr/share/metainfo/a.metainfo.xml',
    ],
    [
      'an application before an addon',
      { metainfo: { 'a.metainfo.xml': component('a', { type: 'addon' }), 'b.metainfo.xml': component('b') } },
      'usr/share/metainfo/b.metainfo.xml',
    ],
    [
      'an addon where there is nothing else',
      { metainfo: { 'a.metainfo.xml': component('a', { type: 'addon' }), 'b.metainfo.xml': file('broken') } },
      'usr/share/metainfo/a.metainfo.xml',
    ],
    [
      'the next one after one that is broken',
      { metainfo: { 'a.metainfo.xml': file('<a>'), 'b.metainfo.xml': component('b') } },
      'usr/share/metainfo/b.metainfo.xml',
    ],
  ])('is %s', async (_, folders: Folders, path) => {
    expect(await find(folders)).toMatchObject({ path, realPath: path });
  });

  test.each<[string, Folders, string]>([
    [
      'the file with its name',
      {
        metainfo: {
          'a.metainfo.xml': component('a', launching(desktopEntry)),
          'org.example.App.metainfo.xml': component('x'),
        },
      },
      'usr/share/metainfo/org.example.App.metainfo.xml',
    ],
    [
      'the file with its name, suffix and all',
      {
        metainfo: { 'a.metainfo.xml': component('a') },
        appdata: { 'org.example.App.desktop.appdata.xml': component('x') },
      },
      'usr/share/appdata/org.example.App.desktop.appdata.xml',
    ],
    [
      'the one that launches it',
      { metainfo: { 'a.metainfo.xml': component('a'), 'b.metainfo.xml': component('b', launching(desktopEntry)) } },
      'usr/share/metainfo/b.metainfo.xml',
    ],
    [
      'the one with its id',
      { metainfo: { 'a.metainfo.xml': component('a'), 'b.metainfo.xml': component('org.example.App') } },
      'usr/share/metainfo/b.metainfo.xml',
    ],
    [
      'the one with its id and the suffix',
      { metainfo: { 'a.metainfo.xml': component('a'), 'b.metainfo.xml': component(desktopEntry) } },
      'usr/share/metainfo/b.metainfo.xml',
    ],
    ['any application', { metainfo: { 'a.metainfo.xml': component('a') } }, 'usr/share/metainfo/a.metainfo.xml'],
  ])('by its desktop entry is %s', async (_, folders, path) => {
    expect(await find(folders, { desktopEntry })).toMatchObject({ path });
    expect(await find(folders, { desktopEntry: `usr/share/applications/${desktopEntry}` })).toMatchObject({ path });
  });

  test('may be behind symlinks', async () => {
    const metainfo = {
      'a.metainfo.xml': symlink('../b.xml'),
      'c.metainfo.xml': symlink('/etc/c.xml'),
      'b.xml': component('c'),
    };
    const root = directory({
      usr: directory({
        share: directory({ metainfo: symlink('../meta'), 'b.xml': component('a') }),
        meta: directory(metainfo),
      }),
    });
    expect(await findAppStream(await openImage(await writeImage(root)))).toBeUndefined();
    const right = directory({
      usr: directory({
        share: directory({ metainfo: symlink('../meta') }),
        meta: directory(metainfo),
        'b.xml': component('a'),
      }),
    });
    expect(await findAppStream(await openImage(await writeImage(right)))).toMatchObject({
      path: 'usr/share/metainfo/a.metainfo.xml',
      realPath: 'usr/b.xml',
      component: { id: 'a' },
    });
  });

  test.each<[string, Folders]>([
    ['no folder', {}],
    ['other files', { metainfo: { 'a.xml': component('a'), '.metainfo.xml': component('a'), README: file('') } }],
    ['a directory with such a name', { metainfo: { 'a.metainfo.xml': directory() } }],
    ['a file for a folder', { metainfo: file('') }],
  ])('is undefined where there is %s', async (_, folders) => {
    expect(await find(folders)).toBeUndefined();
  });

  test('that is damaged is an error with its path', async () => {
    const path = 'usr/share/metainfo/org.example.App.metainfo.xml';
    const folders = {
      metainfo: { 'org.example.App.metainfo.xml': file('<component>'), 'b.metainfo.xml': component('b') },
    };
    await expect(find(folders, { desktopEntry })).rejects.toMatchObject({ code: 'malformed', path });
    expect(await find(folders)).toMatchObject({ component: { id: 'b' } });
    const only = { metainfo: { 'org.example.App.metainfo.xml': file('<component>') } };
    await expect(find(only)).rejects.toMatchObject({ code: 'malformed', path });
  });

  test('that is large is not read', async () => {
    const metainfo = { 'org.example.App.metainfo.xml': component('x') };
    await expect(find({ metainfo }, { maxSize: 10 })).rejects.toMatchObject({ code: 'limit' });
    await expect(find({ metainfo: { 'a.metainfo.xml': file(new Uint8Array(4_194_305)) } })).rejects.toMatchObject({
      code: 'limit',
    });
  });

  test('is not looked for in more than 32 files', async () => {
    const names = Array.from({ length: 32 }, (_, index) => [`a${index + 10}.metainfo.xml`, file('<x/>')] as const);
    const metainfo = { ...Object.fromEntries(names), 'b.metainfo.xml': component('b') };
    await expect(find({ metainfo })).rejects.toMatchObject({ code: 'malformed' });
    expect(await find({ metainfo }, { desktopEntry: 'b.desktop' })).toMatchObject({ component: { id: 'b' } });
  });

  test('is not looked for by somebody who has given up', async () => {
    const signal = AbortSignal.abort();
    await expect(find({ metainfo: { 'a.metainfo.xml': component('a') } }, { signal })).rejects.toBe(signal.reason);
  });
});
