import type { Runtime } from '../inspect/runtime.ts';
import type { FirstStage } from '../join/first-stage.ts';
import type { PlannedFirstStage, PlannedRuntime } from './build-plan.ts';

/** What a plan says of the runtime. */
export function plannedRuntime({ file, bytes, sha256 }: Runtime): PlannedRuntime {
  return { file, size: bytes.length, sha256 };
}

/** What a plan says of the first stage, where there is one. */
export function plannedFirstStage(firstStage: FirstStage | null): PlannedFirstStage | null {
  if (firstStage === null) return null;
  const { bytes, sha256, hasIcon } = firstStage;
  return { size: bytes.length, sha256, hasIcon };
}
