import type { Check } from '../../check.ts';
import { conformanceCheck } from './conformance.ts';
import { keysCheck } from './keys.ts';
import { presenceCheck } from './presence.ts';
import { programCheck } from './program.ts';

export const desktopEntryChecks: readonly Check[] = [presenceCheck, conformanceCheck, keysCheck, programCheck];
