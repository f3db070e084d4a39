/*
 * The hosts of the matrix for other packages, which start images there in their own way.
 */
export { type ApplicationReport, readReport, wayOf } from './application-report.ts';
export { BASE, type Host, USER } from './host-condition.ts';
export {
  type HostStage,
  IMAGE,
  leftovers,
  processesLeft,
  setUpHost,
  startImage,
  userNamespaceOf,
} from './host-stage.ts';
export { groups } from './hosts/index.ts';
export { CONTENT, elf } from './images.ts';
export { buildStatic, compilers } from './static-program.ts';
