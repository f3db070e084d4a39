import type { Target } from '../target.ts';
import { squashfs } from './images.ts';

/** Everything that reads bytes from strangers, by the name that the command line takes. */
export const targets: Readonly<Record<string, Target>> = { squashfs };
