import { expect, test } from 'vitest';
import * as icon from '../src/index.ts';

test('the package exports these names', () => {
  expect(Object.keys(icon).toSorted()).toMatchInlineSnapshot(`
    [
      "IconRenderer",
      "isRenderable",
      "renderIcon",
    ]
  `);
});
