import type { Check } from '../../check.ts';
import { fileNameCheck } from './file-name.ts';
import { headerCheck } from './header.ts';
import { payloadCheck } from './payload.ts';
import { runtimeCheck } from './runtime.ts';
import { signatureCheck } from './signature.ts';
import { updateInformationCheck } from './update-information.ts';

export const imageChecks: readonly Check[] = [
  payloadCheck,
  headerCheck,
  runtimeCheck,
  updateInformationCheck,
  signatureCheck,
  fileNameCheck,
];
