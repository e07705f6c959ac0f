export { freePort, isFree } from './ports.ts'
export { type Demo, type DemoOptions, startDemo } from './start-demo.ts'
export { createVisitor, type Page, readForm, type Visitor } from './visitor.ts'
export { signIn } from './walk.ts'
