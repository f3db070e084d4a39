import { findTool } from '@appimage-js/testing';
import { test } from 'vitest';
import { describeKind } from './describe-kind.ts';
import { kindNamed } from './kinds.ts';

// Debian does not have the programs, so that no machine can be asked to: who has installed them sees the rows.
if (findTool('mkdwarfs') !== undefined && findTool('dwarfsextract') !== undefined) describeKind(kindNamed('DwarFS'));
else test.skip('appimage run, DwarFS: the programs of DwarFS are not here');
