// Prepares dist/AppDir: the application directory of this example, with the Node binary that runs this script.

import { chmodSync, constants, copyFileSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const source = join(import.meta.dirname, 'AppDir');
const target = join(import.meta.dirname, 'dist/AppDir');
const node = join(target, 'usr/bin/node');

rmSync(target, { recursive: true, force: true });
cpSync(source, target, { recursive: true });
copyFileSync(process.execPath, node, constants.COPYFILE_FICLONE);
chmodSync(node, 0o755);
