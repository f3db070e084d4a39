export { type CheckPublicationOptions, checkPublication, type PublicationReport } from './check-publication.ts';
export type { PublishFinding, PublishRule, PublishSeverity } from './finding.ts';
