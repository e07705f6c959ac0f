export { type Problem, SimulatorError, type SimulatorErrorCode, simulatorErrors } from './errors.ts'
export { type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts'
export { demoWorld } from './world/demo.ts'
export { type World, worldSchema } from './world/schema.ts'
