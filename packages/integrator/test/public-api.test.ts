import { expect, test } from 'vitest';
import * as api from '../src/index.ts';

test('the package exports this and nothing else', () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "applicationsFolder",
      "applySync",
      "changeWatchDirs",
      "chooseLaunch",
      "findPlaces",
      "inspectImage",
      "planIntegration",
      "planSync",
      "readManifest",
      "readOptOut",
      "readWatchDirs",
      "sanitizeSvg",
      "stableIdentity",
      "syncAppImages",
      "trashFile",
      "whyLeftAlone",
    ]
  `);
});
