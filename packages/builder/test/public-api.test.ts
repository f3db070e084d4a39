import { expect, test } from 'vitest';
import * as builder from '../src/index.ts';

test('the package exports these names', () => {
  expect(Object.keys(builder).toSorted()).toMatchInlineSnapshot(`
    [
      "MOUNT_WAYS",
      "buildAppImage",
      "defaultImageName",
      "gnupgSigner",
      "keySigner",
      "parseSourceDateEpoch",
      "planAppImage",
      "removeSignature",
      "signAppImage",
    ]
  `);
});
