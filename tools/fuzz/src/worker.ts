import { parentPort, workerData } from 'node:worker_threads';
import { fuzzTarget } from './fuzz-target.ts';
import type { Message, Share } from './run-share.ts';
import { targets } from './targets/index.ts';

const { name, milliseconds, ...share } = workerData as Share;
const target = targets[name];
if (target === undefined || parentPort === null) throw new Error(`Cannot fuzz: there is no target ${name}`);
const port = parentPort;
const tell = (message: Message) => port.postMessage(message);
const end = performance.now() + milliseconds;
await fuzzTarget(target, {
  ...share,
  name,
  isOver: () => performance.now() >= end,
  onStart: (iteration) => tell({ iteration }),
  onEnd: (kind) => tell({ kind }),
  onFinding: (finding) => tell({ finding }),
});
