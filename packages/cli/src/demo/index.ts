export { createVisitor, type Visitor } from '@rolecall/simulator'
export { freePort, isFree } from './ports.ts'
export { type Demo, type DemoOptions, startDemo } from './start-demo.ts'
export { signIn } from './walk.ts'
