import { describe, expect, test } from 'vitest';
import { chooseMechanism } from '../../src/mechanism/choose.ts';
import type { MechanismFacts, MechanismState } from '../../src/mechanism/facts.ts';
import { findObstacles, type NamespaceSettings } from '../../src/mechanism/obstacles.ts';

const works = (path: string): MechanismState => ({ works: true, path, setuid: false, version: '0.8.0' });
const broken: MechanismState = {
  works: false,
  reason: 'setting up uid map: Permission denied',
  path: '/usr/bin/bwrap',
};
const facts: MechanismFacts = {
  architecture: 'x86_64',
  confiner: '/confine',
  bubblewrap: works('/usr/bin/bwrap'),
  own: works('/confine'),
  landlock: 6,
  obstacles: [],
};

describe('chooseMechanism', () => {
  test('takes bubblewrap where it works, else the own program, or what is asked for', () => {
    expect(chooseMechanism(facts)).toMatchObject({ name: 'bubblewrap', path: '/usr/bin/bwrap', landlock: 6 });
    expect(chooseMechanism({ ...facts, bubblewrap: broken })).toMatchObject({ name: 'own', path: '/confine' });
    expect(chooseMechanism(facts, { prefer: 'own' })).toMatchObject({ name: 'own' });
  });

  test('never takes another one than what is asked for', () => {
    expect(() => chooseMechanism({ ...facts, own: broken }, { prefer: 'own' })).toThrow(
      /by namespaces: setting up uid map/,
    );
  });

  test('tells the reason of each and what helps', () => {
    const obstacles = findObstacles({ ...usual, apparmorRestriction: '1' });
    expect(() => chooseMechanism({ ...facts, bubblewrap: broken, own: broken, obstacles })).toThrow(
      expect.objectContaining({
        code: 'not-permitted',
        message: expect.stringMatching(/by bubblewrap: .*by namespaces: .*what helps: AppArmor.*apparmor_restrict/),
      }),
    );
  });

  test('confines nothing without its last stage', () => {
    expect(() => chooseMechanism({ ...facts, confiner: undefined })).toThrow(/last stage/);
  });
});

const usual: NamespaceSettings = {
  hasUserNamespaces: true,
  apparmorRestriction: undefined,
  unprivilegedClone: undefined,
  maximum: '15000',
  isFiltered: false,
  isRoot: false,
  hasBubblewrap: true,
};

describe('findObstacles', () => {
  test('finds none on a usual host', () => {
    expect(findObstacles(usual)).toEqual([]);
    expect(findObstacles({ ...usual, apparmorRestriction: '0', unprivilegedClone: '1' })).toEqual([]);
  });

  test.each([
    ['apparmor-userns', { apparmorRestriction: '1' }],
    ['unprivileged-userns-clone', { unprivilegedClone: '0' }],
    ['max-user-namespaces', { maximum: '0' }],
    ['no-user-namespaces', { hasUserNamespaces: false }],
    ['container-filter', { isFiltered: true }],
    ['no-bubblewrap', { hasBubblewrap: false }],
  ] as const)('finds %s, with a remedy', (code, setting) => {
    const found = findObstacles({ ...usual, ...setting });
    expect(found.map((obstacle) => obstacle.code)).toEqual([code]);
    expect(found[0]?.remedy).toMatch(/\w/);
  });

  test('what holds ordinary users back does not hold root', () => {
    expect(findObstacles({ ...usual, isRoot: true, apparmorRestriction: '1', unprivilegedClone: '0' })).toEqual([]);
  });
});
