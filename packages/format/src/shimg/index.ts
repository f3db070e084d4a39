export { type IntegrationIcon, type IntegrationZip, openIntegrationZip } from './integration-zip.ts';
export { readShImg, type ShImg, type ShImgPayload, type ShImgProblem } from './read-shimg.ts';
export {
  INTEGRATION_ICON_SIZES,
  type IntegrationZipContent,
  serializeIntegrationZip,
} from './serialize-integration-zip.ts';
export { isShImg, parseShImgHeader, type ShImgHeader, type ShImgHelper } from './shimg-header.ts';
export { parseUpdateInfoEntry, serializeUpdateInfoEntry } from './update-info-entry.ts';
