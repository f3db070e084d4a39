export type { ConfinementHost, PlaceFact, XServerFact } from './confinement-host.ts';
export type {
  BusProxyPlan,
  ConfinementPlan,
  Grant,
  HomePlan,
  PortalPlan,
  Refusal,
} from './confinement-plan.ts';
export type { ConfinementRequest } from './confinement-request.ts';
export { planConfinement } from './plan-confinement.ts';
export {
  type ConfinedStartOptions,
  type PermissionQuestion,
  type PreparedStart,
  prepareConfinedStart,
} from './prepare-start.ts';
export { type ReadConfinementHostOptions, readConfinementHost } from './read-confinement-host.ts';
export { type StartConfinedOptions, startConfined } from './start-confined.ts';
