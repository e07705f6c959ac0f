export type { CallRecord } from './calls/log.ts'
export { type Problem, SimulatorError, type SimulatorErrorCode, simulatorErrors } from './errors.ts'
export type { Fault, Faults } from './faults/faults.ts'
export type { FaultInput, FaultRule } from './faults/schema.ts'
export { selfSignedCertificate } from './idp/certificate.ts'
export type { JumpCloud } from './jumpcloud/start.ts'
export type { ImdsSettings } from './metadata/instance.ts'
export type { ContainerCredentials, Imds } from './metadata/listen-metadata.ts'
export type { Issuer, MintOptions } from './oidc/issuer.ts'
export type { JwtAlgorithm } from './oidc/jwt.ts'
export type { S3Limits } from './s3/store.ts'
export { type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts'
export { oneTimeCode } from './sts/totp.ts'
export { type Authenticator, createAuthenticator } from './tenants/authenticator.ts'
export { type Form, readForm } from './visitor/form.ts'
export type { Page } from './visitor/page.ts'
export {
  createVisitor,
  type PostOptions,
  type VisitOptions,
  type Visitor,
  type VisitorOptions,
} from './visitor/visitor.ts'
export { demoWorld } from './world/demo.ts'
export { loadWorld } from './world/load.ts'
export { type World, worldSchema } from './world/schema.ts'
