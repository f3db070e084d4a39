export type { ConfinementHost, PlaceFact, XServerFact } from './host/confinement-host.ts';
export { type ReadConfinementHostOptions, readConfinementHost } from './host/read-confinement-host.ts';
export type {
  BusProxyPlan,
  ConfinementPlan,
  Grant,
  HomePlan,
  PortalPlan,
  Refusal,
} from './plan/confinement-plan.ts';
export type { ConfinementRequest } from './plan/confinement-request.ts';
export { planConfinement } from './plan/plan-confinement.ts';
export {
  type ConfinedStartOptions,
  type PermissionQuestion,
  type PreparedStart,
  prepareConfinedStart,
} from './start/prepare-start.ts';
export { type StartConfinedOptions, startConfined } from './start/start-confined.ts';
