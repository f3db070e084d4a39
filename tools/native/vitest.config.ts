import { project } from '../../vitest.shared.ts';

// A test may compile everything several times over, on a machine that does other things too.
export default project({ testTimeout: 600_000, hookTimeout: 600_000 });
