import { expect, test } from 'vitest';
import * as api from '../src/index.ts';

test('the package exports this and nothing else', () => {
  expect(Object.keys(api).sort()).toEqual(['becomeApplication', 'launch', 'planLaunch', 'readHost', 'readImage']);
});
