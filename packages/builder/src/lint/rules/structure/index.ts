import type { Check } from '../../check.ts';
import { appRunCheck } from './app-run.ts';
import { architecturesCheck } from './architectures.ts';
import { unreadableCheck } from './unreadable.ts';
import { versionCheck } from './version.ts';

export const structureChecks: readonly Check[] = [unreadableCheck, appRunCheck, architecturesCheck, versionCheck];
