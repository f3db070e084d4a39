import { expect, test } from 'vitest';
import * as builder from '../src/index.ts';

test('the package exports these names', () => {
  expect(Object.keys(builder).toSorted()).toMatchInlineSnapshot(`
    [
      "LINT_PROFILES",
      "LINT_RULES",
      "MOUNT_WAYS",
      "SEVERITIES",
      "SORT_PROFILES",
      "buildAndCompare",
      "buildAppImage",
      "compareImages",
      "convertAppImage",
      "defaultImageName",
      "gnupgSigner",
      "guessUpdateInformation",
      "hasRule",
      "keySigner",
      "lintAppImage",
      "parseSortList",
      "parseSourceDateEpoch",
      "planAppImage",
      "planConvertedAppImage",
      "removeSignature",
      "signAppImage",
      "toSarif",
    ]
  `);
});
