import type { Check } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { TYPE_2_FORMAT } from '../../sources.ts';

const FILE_NAME: Rule = {
  id: 'file-name',
  severity: 'note',
  summary: 'The file is named Name-Version-Architecture.AppImage',
  source: TYPE_2_FORMAT,
  remedy: 'rename the file; appimage build gives such a name by itself',
  profiles: ['spec'],
};

/** A recommendation only: nothing may rely on it. */
export const fileNameCheck: Check = {
  rules: [FILE_NAME],
  inspect({ kind, fileName, image }, report) {
    if (kind !== 'image' || fileName === undefined || image?.payload === null) return;
    if (image?.elf === undefined && image?.shImg === undefined) return;
    const isNamed = /^.+-.+\.AppImage$/.test(fileName) && image.architectures.some((each) => fileName.includes(each));
    if (!isNamed)
      report(FILE_NAME, {
        message: `expected a name such as Name-1.0-${image.architectures[0] ?? 'x86_64'}.AppImage, found ${JSON.stringify(fileName)}`,
      });
  },
};
