import type { Check } from '../../check.ts';
import { conformanceCheck } from './conformance.ts';
import { presenceCheck } from './presence.ts';

export const appStreamChecks: readonly Check[] = [presenceCheck, conformanceCheck];
