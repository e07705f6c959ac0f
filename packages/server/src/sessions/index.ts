export { createAwsClients } from './aws-clients.ts'
export { createRoleTaker, type RoleTaker } from './take-role.ts'
