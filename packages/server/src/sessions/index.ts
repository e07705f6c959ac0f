export { createRoleTaker, type RoleTaker } from './take-role.ts'
