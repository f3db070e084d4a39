import type { BenchFolder } from '../bench-folder.ts';
import type { Race } from '../measure.ts';
import { extract } from './extract.ts';
import { list } from './list.ts';
import { pack } from './pack.ts';
import { read } from './read.ts';
import { run } from './run.ts';
import { start } from './start.ts';
import { startConfined } from './start-confined.ts';
import { startShImg } from './start-shimg.ts';
import { sync } from './sync.ts';
import { version } from './version.ts';
import { walk } from './walk.ts';
import { zsync } from './zsync.ts';
import { zsyncApply } from './zsync-apply.ts';

/** The rows by the names that `--rows` takes. */
export const rows: Readonly<Record<string, (folder: BenchFolder) => AsyncIterable<Race>>> = {
  pack,
  extract,
  list,
  start,
  'start-shimg': startShImg,
  'start-confined': startConfined,
  run,
  read,
  walk,
  version,
  sync,
  zsync,
  'zsync-apply': zsyncApply,
};
