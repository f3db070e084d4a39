export { chooseMechanism } from './choose.ts';
export type { Confinement, FileArgument } from './confinement.ts';
export { type MechanismFacts, readMechanisms } from './facts.ts';
export { type ConfinedResult, launchConfined } from './launch-confined.ts';
export type { Mechanism } from './mechanism.ts';
export { type ConfinedProcess, type SpawnPlan, spawnConfined } from './spawn-confined.ts';
