import { homedir } from 'node:os';
import { expect, test, vi } from 'vitest';
import { findPlaces } from '../../src/index.ts';

vi.mock('node:os', () => ({ homedir: vi.fn(() => '/home/u') }));

test.each([{}, { HOME: '' }, { HOME: 'here' }])(
  'the home is the one that the system knows without one in %j',
  (environment) => {
    expect(findPlaces(environment)).toMatchObject({ home: '/home/u', data: '/home/u/.local/share' });
  },
);

test('a user whom the system does not know, as in a container, has to have a HOME', () => {
  vi.mocked(homedir).mockImplementation(() => {
    throw new Error('uv_os_homedir returned ENOENT');
  });
  expect(() => findPlaces({})).toThrow(expect.objectContaining({ code: 'not-found' }));
  expect(findPlaces({ HOME: '/h', XDG_DATA_HOME: 'relative', XDG_CACHE_HOME: '/c' })).toMatchObject({
    data: '/h/.local/share',
    cache: '/c',
  });
});

test("the folders for all users are those of the environment, without relative ones, else the specification's", () => {
  const shared = (folders?: string) => findPlaces({ HOME: '/h', XDG_DATA_DIRS: folders }).sharedData;
  expect(shared('/run/current-system/sw/share:relative:/usr/share:/usr/share')).toEqual([
    '/run/current-system/sw/share',
    '/usr/share',
  ]);
  expect(shared()).toEqual(['/usr/local/share', '/usr/share']);
  expect(shared('')).toEqual(['/usr/local/share', '/usr/share']);
});
