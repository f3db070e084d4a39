/** Starts a confined program by the mechanism that is named, tells its processes, and waits for its end. */

import { launchConfined } from '../../src/mechanism/launch-confined.ts';
import { mechanismNamed, shellPlan } from './host.ts';

const name = process.argv[2] === 'own' ? 'own' : 'bubblewrap';
const { status } = await launchConfined(shellPlan(process.argv[3] ?? ''), await mechanismNamed(name), {
  onStarted: ({ childPid }) => void process.stdout.write(`inside ${childPid}\n`),
});
process.stdout.write(`status ${status}\n`);
