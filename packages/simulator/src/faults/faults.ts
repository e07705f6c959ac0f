import { SimulatorError } from '../errors.ts'
import { matchesWildcard } from '../policy/wildcard.ts'
import { type FaultInput, type FaultRule, readFault } from './schema.ts'

/** A fault that waits for calls, or has met them. */
export interface Fault {
  readonly id: string
  readonly rule: FaultRule
  /** Calls that it met. */
  readonly hits: number
}

/** The faults of one simulator, none at first. */
export interface Faults {
  /** Adds a fault and says under which id. Throws `SimulatorError` `fault_invalid`. */
  add(fault: FaultInput): string
  list(): readonly Fault[]
  /** Takes one away, or all; false when there is none of that id. */
  clear(id?: string): boolean
}

/** What a fault looks at in a call. */
export interface Call {
  readonly service: string
  readonly operation: string | undefined
  readonly path: string
}

/** `Faults`, and the way to meet them. */
export interface FaultList extends Faults {
  /** As `add`, for what came from outside. */
  addUnchecked(fault: unknown): string
  /** The first fault that meets a call, in the order in which they were added; it counts the call. */
  meet(call: Call): Fault | undefined
}

const maxFaults = 1000

/** An empty list. */
export function createFaults(): FaultList {
  const entries = new Map<string, { rule: FaultRule; hits: number; random: () => number }>()
  let added = 0
  const addUnchecked = (value: unknown): string => {
    const rule = readFault(value)
    if (entries.size >= maxFaults) {
      throw new SimulatorError('fault_invalid', `there are ${maxFaults} faults already`)
    }
    added += 1
    const id = `fault-${added}`
    entries.set(id, { rule, hits: 0, random: randomOf(rule.seed) })
    return id
  }
  return {
    add: addUnchecked,
    addUnchecked,
    list: () => [...entries].map(([id, { rule, hits }]) => Object.freeze({ id, rule, hits })),
    clear(id) {
      if (id !== undefined) return entries.delete(id)
      entries.clear()
      return true
    },
    meet(call) {
      for (const [id, entry] of entries) {
        const { rule } = entry
        if (!concerns(rule, call)) continue
        if (rule.probability !== undefined && entry.random() >= rule.probability) continue
        entry.hits += 1
        if (entry.hits === rule.count) entries.delete(id)
        return { id, rule, hits: entry.hits }
      }
      return undefined
    },
  }
}

function concerns(rule: FaultRule, call: Call): boolean {
  const fits = (pattern: string | undefined, value: string) =>
    pattern === undefined || matchesWildcard(pattern.toLowerCase(), value.toLowerCase())
  return (
    fits(rule.service, call.service) &&
    fits(rule.operation, call.operation ?? '') &&
    (rule.path === undefined || matchesWildcard(rule.path, call.path))
  )
}

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}
