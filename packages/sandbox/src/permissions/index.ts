export { type Observation, type ObserveOptions, observeApplication } from './build/observe-application.ts';
export { type Proposal, type ProposalFacts, proposePermissions } from './build/propose.ts';
export { resolveWish, union, type Wish } from './combine.ts';
export { isGranted, widenings } from './compare.ts';
export { describeWord } from './describe-word.ts';
export { isLevelName, LEVELS, type LevelName, levelPermissions } from './levels.ts';
export { type PermissionsProblem, parsePermissions } from './parse-permissions.ts';
export {
  type BusRules,
  DEVICES,
  type DeviceName,
  type EnvironmentRules,
  FEATURES,
  type FeatureName,
  type FileAccess,
  HOMES,
  type HomeKind,
  IDENTITIES,
  type IdentityKind,
  NETWORKS,
  type NetworkAccess,
  type Permissions,
  SOCKETS,
  type SocketName,
} from './permissions.ts';
export { knownApplication, knownApplicationIds } from './sources/known-applications.ts';
export type { Request as PermissionRequest } from './sources/request.ts';
export { type Application, type ReadApplicationOptions, readApplication } from './store/application.ts';
export {
  type Decision as PermissionDecision,
  type DecisionFacts,
  decide as decidePermissions,
  type GrantSource,
} from './store/decide.ts';
export {
  grantPermissions,
  type ManageOptions,
  type PermissionState,
  readPermissions,
  resetPermissions,
  revokePermissions,
  setPermissions,
} from './store/manage.ts';
export type { StoredChoice } from './store/permission-store.ts';
export {
  formatWord,
  parseWord,
  permissionWords,
  type Word as PermissionWord,
  type WordKind as PermissionWordKind,
} from './words.ts';
