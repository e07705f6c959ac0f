export { readHostName } from './host-name.ts'
export {
  createMachineSignIn,
  type MachineSignIn,
  machinePrincipal,
} from './machine-sign-in.ts'
