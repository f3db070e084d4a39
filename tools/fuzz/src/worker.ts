import { parentPort, workerData } from 'node:worker_threads';
import { fuzzTarget } from './fuzz-target.ts';
import { targets } from './targets/index.ts';

/** What a worker is told to do. */
export interface Share {
  readonly name: string;
  readonly seed: number;
  readonly first: number;
  readonly step: number;
  readonly milliseconds: number;
}

const { name, milliseconds, ...share } = workerData as Share;
const target = targets[name];
if (target === undefined || parentPort === null) throw new Error(`Cannot fuzz: there is no target ${name}`);
const port = parentPort;
const end = performance.now() + milliseconds;
const counts = await fuzzTarget(target, {
  ...share,
  name,
  isOver: () => performance.now() >= end,
  onStart: (iteration) => port.postMessage({ iteration }),
  onFinding: (finding) => port.postMessage({ finding }),
});
port.postMessage({ counts });
