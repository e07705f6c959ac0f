export { createMachineSignIn, type MachineSignIn } from './machine-sign-in.ts'
