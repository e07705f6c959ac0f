export { createAwsClients } from './aws-clients.ts'
export { assertionFor, idpMetadata, idpMetadataPath } from './saml-idp.ts'
export { failed, succeeded, whatOf, whoOf } from './session-event.ts'
export {
  createRoleTaker,
  type LiveSession,
  type RoleTaker,
  type TakenRole,
} from './take-role.ts'
