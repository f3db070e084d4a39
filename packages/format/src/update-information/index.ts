export {
  parseUpdateInformation,
  serializeUpdateInformation,
  type UpdateInformation,
} from './update-information.ts';
