import type { Check } from '../../check.ts';
import { electronCheck } from './electron.ts';
import { execCheck } from './exec-absolute.ts';
import { fileModeCheck } from './file-modes.ts';
import { fileNameCheck } from './file-names.ts';
import { leftoverCheck } from './leftovers.ts';
import { scriptInterpreterCheck } from './script-interpreters.ts';
import { symlinkCheck } from './symlinks.ts';
import { textCheck } from './text-check.ts';

export const contentChecks: readonly Check[] = [
  fileModeCheck,
  fileNameCheck,
  symlinkCheck,
  scriptInterpreterCheck,
  execCheck,
  textCheck,
  leftoverCheck,
  electronCheck,
];
