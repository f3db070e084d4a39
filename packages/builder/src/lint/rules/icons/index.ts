import type { Check } from '../../check.ts';
import { dirIconCheck } from './dir-icon.ts';
import { namedIconCheck } from './named-icon.ts';
import { picturesCheck } from './pictures.ts';

export const iconChecks: readonly Check[] = [namedIconCheck, dirIconCheck, picturesCheck];
