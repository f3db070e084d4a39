import { describe, expect, test } from 'vitest';
import {
  type DecisionFacts,
  decidePermissions,
  formatWord,
  levelPermissions,
  type Permissions,
  resolveWish,
  type StoredChoice,
} from '../../src/permissions/index.ts';

function facts(
  {
    asks,
    stored,
    isChromium = false,
    desktopId = 'org.example.App',
  }: {
    readonly asks?: Permissions;
    readonly stored?: Partial<StoredChoice>;
    readonly isChromium?: boolean;
    readonly desktopId?: string;
  } = {},
  more: Partial<DecisionFacts> = {},
): DecisionFacts {
  const path = '/opt/App.AppImage';
  return {
    application: {
      path,
      name: 'App',
      desktopId,
      isChromium,
      request: asks && { permissions: asks, from: 'test', ignored: [] },
    },
    stored: stored && { name: 'App', files: [path], permissions: levelPermissions('strict'), asked: null, ...stored },
    ...more,
  };
}

function words(decision: ReturnType<typeof decidePermissions>): string[] {
  return decision.wanted.map(formatWord);
}

describe('decidePermissions', () => {
  test('gives the default level where nobody asks', () => {
    const decision = decidePermissions(facts());
    expect(decision.permissions).toEqual(levelPermissions('default'));
    expect(decision.wanted).toEqual([]);
    expect(decision.sources['network=on']).toBe('default level');
  });

  test('gives what an image asks for where that is less', () => {
    const decision = decidePermissions(facts({ asks: resolveWish({ allow: ['wayland'] }) }));
    expect(decision.permissions).toMatchObject({ sockets: ['wayland'], network: 'off', devices: [] });
    expect(decision.sources['socket=wayland']).toBe('request of the image');
  });

  test('does not give what an image asks for beyond the default', () => {
    const decision = decidePermissions(
      facts({ asks: resolveWish({ level: 'default', allow: ['home', 'session-bus'] }) }),
    );
    expect(decision.permissions.filesystem).toEqual({});
    expect(words(decision)).toEqual(['filesystem=home', 'socket=session-bus']);
  });

  test('does not give it to one that has the name of a known application either', () => {
    const decision = decidePermissions(facts({ desktopId: 'code' }));
    expect(decision.permissions.filesystem).toEqual({});
    expect(words(decision)).toContain('filesystem=home');
    expect(decision.sources['socket=wayland']).toBe('list of known applications');
  });

  test("keeps to the user's choice", () => {
    const decision = decidePermissions(facts({ stored: { permissions: resolveWish({ allow: ['/srv:ro'] }) } }));
    expect(decision.permissions.filesystem).toEqual({ '/srv': 'read' });
    expect(decision.sources['filesystem=/srv:ro']).toBe('stored choice');
    expect(decision.wanted).toEqual([]);
  });

  test('does not ask again for what was asked for and declined', () => {
    const asks = resolveWish({ level: 'default', allow: ['home'] });
    expect(words(decidePermissions(facts({ asks, stored: { asked: asks } })))).toEqual([]);
  });

  test('asks for what an update wants beyond what was asked for before', () => {
    const asked = resolveWish({ level: 'default', allow: ['home:ro'] });
    const asks = resolveWish({ level: 'default', allow: ['home', 'ssh-agent'] });
    const decision = decidePermissions(facts({ asks, stored: { asked, permissions: asked } }));
    expect(words(decision)).toEqual(['filesystem=home', 'socket=ssh-agent']);
    expect(decision.permissions).toEqual(asked);
  });

  test('asks when an image that asked for nothing begins to', () => {
    const decision = decidePermissions(facts({ asks: resolveWish({ allow: ['kvm'] }), stored: { asked: null } }));
    expect(words(decision)).toEqual(['device=kvm']);
  });

  test('is not widened by an update that asks for less', () => {
    const asked = resolveWish({ level: 'default', allow: ['home'] });
    const asks = resolveWish({ level: 'default' });
    expect(words(decidePermissions(facts({ asks, stored: { asked } })))).toEqual([]);
  });

  test('puts the options of a start on top', () => {
    const decision = decidePermissions(facts({}, { allow: ['/srv'], deny: ['network'] }));
    expect(decision.permissions).toMatchObject({ filesystem: { '/srv': 'write' }, network: 'off' });
    expect(decision.sources).toMatchObject({ 'filesystem=/srv': 'option', 'socket=wayland': 'default level' });
  });

  test('forgets all but a level that is named for a start', () => {
    const asks = resolveWish({ allow: ['home'] });
    const decision = decidePermissions(facts({ asks, stored: {} }, { level: 'strict' }));
    expect(decision.permissions).toEqual(levelPermissions('strict'));
    expect(decision.wanted).toEqual([]);
  });

  test.each([
    [undefined, true],
    ['default', true],
    ['strict', false],
  ])('lets Chromium make its own sandbox at the level %s: %s', (level, expected) => {
    const { permissions } = decidePermissions(facts({ isChromium: true }, { level }));
    expect(permissions.features.includes('nested-namespaces')).toBe(expected);
  });

  test('notices a file that only claims to be the application', () => {
    expect(decidePermissions(facts({ stored: { files: ['/opt/Other.AppImage'] } })).isOtherFile).toBe(true);
    expect(decidePermissions(facts({ stored: {} })).isOtherFile).toBe(false);
  });

  test('takes no level that there is not', () => {
    expect(() => decidePermissions(facts({}, { level: 'none' }))).toThrow(RangeError);
  });

  test.each([undefined, 'strict', 'open'])('tells a file from that of the choice at the level %s', (level) => {
    const other = facts({ stored: { files: ['/opt/Other.AppImage'] } }, { level });
    expect(decidePermissions(other).isOtherFile).toBe(true);
    expect(decidePermissions(facts({ stored: {} }, { level })).isOtherFile).toBe(false);
  });

  test('tells a file from those that had the home folder, when there is no choice any more', () => {
    expect(decidePermissions(facts({}, { homeFiles: ['/opt/Other.AppImage'] })).isOtherFile).toBe(true);
    expect(decidePermissions(facts({}, { homeFiles: ['/opt/App.AppImage'] })).isOtherFile).toBe(false);
  });

  test('does not give a portable home or the rights of the host because an image asks', () => {
    const asks = resolveWish({ level: 'default', allow: ['home=portable', 'identity=host-scope'] });
    const decision = decidePermissions(facts({ asks }));
    expect(decision.permissions).toMatchObject({ home: 'private', identity: 'flatpak-like' });
    expect(words(decision)).toEqual(['home=portable', 'identity=host-scope']);
  });
});
