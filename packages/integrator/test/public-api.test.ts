import { expect, test } from 'vitest';
import * as api from '../src/index.ts';

test('the package exports this and nothing else', () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "applicationsFolder",
      "applySync",
      "changeSettings",
      "changeWatchDirs",
      "chooseLaunch",
      "findPlaces",
      "inspectImage",
      "planAppImages",
      "planIntegration",
      "planSync",
      "readManifest",
      "readOptOut",
      "readSettings",
      "sanitizeSvg",
      "settingsPath",
      "stableIdentity",
      "syncAppImages",
      "trashFile",
      "whyLeftAlone",
    ]
  `);
});
