import type { Check } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { CATALOGUE, TYPE_2_FORMAT } from '../../sources.ts';
import { hasRuntime } from './has-runtime.ts';

const FILE_NAME: Rule = {
  id: 'file-name',
  severity: 'note',
  summary: 'The file is named Name-Version-Architecture.AppImage',
  source: TYPE_2_FORMAT,
  remedy: 'Rename the file; appimage build gives such a name by itself',
  profiles: ['spec'],
};

const CATALOGUE_NAME: Rule = {
  id: 'catalogue-file-name',
  severity: 'warning',
  summary:
    'The catalogue finds the file among those of a release: by the words AppImage and x86_64, amd64, x64 or linux64',
  source: CATALOGUE,
  remedy: 'Rename the file to Name-Version-x86_64.AppImage',
  profiles: ['appimagehub'],
};

/** What the catalogue takes the file for x86_64 by. */
const OF_X86_64 = /amd64|x86_64|x64|linux64/i;

/** A recommendation only: nothing may rely on it. */
export const fileNameCheck: Check = {
  rules: [FILE_NAME, CATALOGUE_NAME],
  inspect({ fileName, image }, report) {
    if (image === undefined || fileName === undefined || !hasRuntime(image)) return;
    const isNamed = /^.+-.+\.AppImage$/.test(fileName) && image.architectures.some((each) => fileName.includes(each));
    if (!isNamed)
      report(FILE_NAME, {
        message: `expected a name such as Name-1.0-${image.architectures[0] ?? 'x86_64'}.AppImage, found ${JSON.stringify(fileName)}`,
      });
    if (!(/appimage/i.test(fileName) && OF_X86_64.test(fileName))) {
      const message = `expected a name with AppImage and the architecture in it, found ${JSON.stringify(fileName)}`;
      report(CATALOGUE_NAME, { message });
    }
  },
};
