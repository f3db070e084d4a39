// Starts an image confined, in a process of its own: `confined-child.ts FILE WORDS [ARGS…]`, where the word `--level` is for the level strict, by the mechanism $MECHANISM.

import { isAppImageError } from '@appimage-js/format';
import { prepareConfinedStart, startConfined } from '../../../src/index.ts';

const [file = '', words = '', ...args] = process.argv.slice(2);
const mechanism = process.env['MECHANISM'] as 'bubblewrap' | 'own' | undefined;
try {
  const allow = words.split(',').filter((word) => word !== '' && word !== '--level');
  const level = words === '--level' ? 'strict' : undefined;
  const { status } = await startConfined(
    await prepareConfinedStart({ file, args, allow, level, ...(mechanism && { mechanism }) }),
  );
  process.exitCode = status;
} catch (error) {
  if (!isAppImageError(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
