import { expect, test } from 'vitest';
import * as api from '../src/index.ts';

test('the package exports this and nothing else', () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "CONTENTS",
      "LEVELS",
      "becomeApplication",
      "canOpenContents",
      "checkNeeds",
      "cleanCache",
      "describeWord",
      "diagnose",
      "extractToCache",
      "formatWord",
      "grantPermissions",
      "isUsualHost",
      "launch",
      "launchDetached",
      "levelPermissions",
      "listCache",
      "mountContents",
      "observeApplication",
      "parsePermissions",
      "parseWord",
      "permissionWords",
      "planConfinement",
      "planLaunch",
      "prepareConfinedStart",
      "provideContents",
      "provideRoot",
      "readApplication",
      "readConfinementHost",
      "readHost",
      "readHostLibraries",
      "readImage",
      "readNeeds",
      "readPermissions",
      "resetPermissions",
      "revokePermissions",
      "runsHere",
      "setPermissions",
      "startConfined",
      "widenings",
    ]
  `);
});
