import { parseDesktopEntry } from '@appimage-js/format';
import { describe, expect, test } from 'vitest';
import { formatWord, knownApplication, knownApplicationIds, permissionWords } from '../../src/permissions/index.ts';
import { readRequest } from '../../src/permissions/sources/image-request.ts';

function request(groups: string, metadata?: string) {
  const entry = parseDesktopEntry(`[Desktop Entry]\nType=Application\nName=A\n${groups}`);
  const found = readRequest({
    desktopEntry: entry,
    metadata: metadata === undefined ? undefined : parseDesktopEntry(metadata),
  });
  return found && { ...found, words: permissionWords(found.permissions).map(formatWord) };
}

const ALWAYS = ['home=private', 'identity=flatpak-like'];

describe('the request of an image', () => {
  test('is none where it does not ask', () => {
    expect(request('')).toBeUndefined();
  });

  test("is read as aisap's", () => {
    const found = request(
      '[X-App Permissions]\nLevel=2\nFiles=xdg-download:rw;~/x;\nDevices=dri;input\nSockets=x11;wayland;audio;network\n',
    );
    expect(found?.from).toBe('X-App Permissions');
    expect(found?.words.filter((word) => !ALWAYS.includes(word))).toEqual([
      'filesystem=xdg-download',
      'filesystem=~/x:ro',
      'socket=fallback-x11',
      'socket=pulseaudio',
      'socket=wayland',
      'device=dri',
      'device=input',
      'network=on',
      'feature=multiarch',
    ]);
  });

  test.each([
    ['DataDir=false', 'home=temporary'],
    ['NoDataDir=true', 'home=temporary'],
    ['DataDir=true', 'home=private'],
  ])("keeps no home folder where aisap's %s says so", (line, word) => {
    expect(request(`[X-App Permissions]\nLevel=3\n${line}\n`)?.words).toContain(word);
  });

  test('never frees an image from confinement', () => {
    const found = request('[X-App Permissions]\nLevel=0\n');
    expect(found?.ignored).toEqual(['Level=0: an image is never run free because it asks for it']);
  });

  test.each(['Level=4', 'Level=', 'Files=home'])("is none by aisap's rules with %s", (line) => {
    expect(request(`[X-App Permissions]\n${line}\n`)).toBeUndefined();
  });

  test('is read from the group of this toolkit, which comes first', () => {
    const found = request(
      '[X-AppImage Permissions]\nLevel=strict\nAllow=network;talk=org.example.Name;bad word;\nDeny=wayland\n[X-App Permissions]\nLevel=3\n',
    );
    expect(found?.words).toEqual(['home=private', 'network=on', 'talk=org.example.Name', 'identity=flatpak-like']);
    expect(found?.ignored).toEqual([expect.stringContaining('bad word: Cannot grant')]);
  });

  test("is read from a flatpak manifest's options", () => {
    const found = request(
      'X-Flatpak-FinishArgs=--share=network;--share=ipc;--socket=fallback-x11;--socket=ssh-auth;--device=dri;--filesystem=xdg-music:ro;--filesystem=host-os:ro;--talk-name=org.example.A;--env=A=b;--persist=.x;--unknown=1;\n',
    );
    expect(found?.words).toEqual([
      'home=private',
      'filesystem=/usr:ro',
      'filesystem=xdg-music:ro',
      'socket=fallback-x11',
      'socket=ssh-agent',
      'device=dri',
      'network=on',
      'feature=ipc',
      'talk=org.example.A',
      'set=A=b',
      'identity=flatpak-like',
    ]);
    expect(found?.ignored).toEqual(['--unknown=1: there is no such option']);
  });

  test("is read from flatpak's metadata, with what it takes away", () => {
    const found = request(
      '',
      '[Application]\nname=org.example.A\n[Context]\nshared=network;!network;\nsockets=wayland;x11;!x11;\nfilesystems=home:ro;!home;xdg-pictures;\n[Session Bus Policy]\norg.example.B=talk\norg.example.C=own\norg.example.D=none\n[Environment]\nA=b\n',
    );
    expect(found?.words).toEqual([
      'home=private',
      'filesystem=xdg-pictures',
      'socket=wayland',
      'network=off',
      'talk=org.example.B',
      'own=org.example.C',
      'set=A=b',
      'identity=flatpak-like',
    ]);
  });

  test.each(['LD_PRELOAD', 'LD_LIBRARY_PATH', 'BASH_ENV', 'ENV', 'PYTHONSTARTUP', 'NODE_OPTIONS'])(
    'does not set %s',
    (name) => {
      const found = request(`[X-AppImage Permissions]\nAllow=set=${name}=/x;pass=${name};set=HARMLESS=1\n`);
      expect(found?.words).toContain('set=HARMLESS=1');
      const loads = found?.words.filter((word) => word.includes(name)) ?? [];
      expect(loads).toEqual([]);
    },
  );
});

describe('the list of known applications', () => {
  test('has a few dozen, each with words that can be read', () => {
    expect(knownApplicationIds().length).toBeGreaterThan(40);
    for (const id of knownApplicationIds())
      expect(permissionWords(knownApplication(id) ?? fail(id)).length).toBeGreaterThan(3);
  });

  test('finds an id whatever its case', () => {
    expect(knownApplication('OBSIDIAN')).toEqual(knownApplication('obsidian'));
    expect(knownApplication('constructor')).toBeUndefined();
  });
});

function fail(id: string): never {
  throw new Error(id);
}
