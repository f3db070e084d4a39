import type { HostGroup } from '../host-condition.ts';
import { confinement } from './confinement.ts';
import { folders } from './folders.ts';
import { fuse } from './fuse.ts';
import { roots } from './roots.ts';
import { starts } from './starts.ts';
import { users } from './users.ts';

/** All rows of the matrix, in the order of the page. */
export const groups: readonly HostGroup[] = [users, fuse, confinement, roots, folders, starts];
