export { type ChooseMechanismOptions, chooseMechanism } from './choose.ts';
export type { Confinement, FileArgument } from './confinement.ts';
export { type MechanismFacts, type MechanismState, type ReadMechanismsOptions, readMechanisms } from './facts.ts';
export type { LandlockChoices } from './landlock.ts';
export { type ConfinedResult, type LaunchConfinedOptions, launchConfined } from './launch-confined.ts';
export type { Mechanism } from './mechanism.ts';
export type { Obstacle } from './obstacles.ts';
export {
  type ConfinedProcess,
  type SpawnConfinedOptions,
  type SpawnPlan,
  type StartedInfo,
  spawnConfined,
} from './spawn-confined.ts';
