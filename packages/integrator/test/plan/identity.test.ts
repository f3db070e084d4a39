import { describe, expect, test } from 'vitest';
import { originOf, stableIdentity } from '../../src/index.ts';
import { furtherId, identityId } from '../../src/plan/identity.ts';

const FACTS = { updateInformation: 'zsync|https://a/b.zsync', appStreamId: 'org.a.B', name: 'B', origin: 'https://a' };

describe('the identity of an application', () => {
  test('is its update information, else its AppStream id, else its name with where it came from', () => {
    const withoutUpdates = { ...FACTS, updateInformation: null };
    const named = { ...withoutUpdates, appStreamId: '' };
    const identities = [FACTS, withoutUpdates, named, { ...named, origin: null }].map(stableIdentity);
    expect(new Set(identities).size).toBe(4);
    expect(stableIdentity({ ...FACTS, appStreamId: null, name: 'New Name', origin: null })).toBe(identities[0]);
    expect(stableIdentity({ ...withoutUpdates, name: 'New Name', origin: null })).toBe(identities[1]);
  });

  test.each([
    ['https://user:secret@example.org:8443/a.AppImage?x#y', 'https://example.org:8443'],
    ['/home/u/https:a.AppImage', null],
    ['a:b.AppImage', null],
    ['file:///a.AppImage', null],
  ])('has of %s the origin %s', (from, origin) => {
    expect(originOf(from)).toBe(origin);
  });

  test('can not be made to look like one of another kind', () => {
    const byName = stableIdentity({
      updateInformation: null,
      appStreamId: null,
      name: 'appstream:org.a.B',
      origin: null,
    });
    expect(byName).not.toBe(stableIdentity({ ...FACTS, updateInformation: null }));
  });

  test('is a part of file names, which a further image of the application has its own one of', () => {
    const id = identityId(stableIdentity(FACTS));
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    const further = ['/a', '/b'].map((path) => furtherId(stableIdentity(FACTS), path));
    expect(new Set(further).size).toBe(2);
    for (const each of further) expect(each.startsWith(`${id}-`)).toBe(true);
  });
});
