import { Fault } from './fault.ts'

/** Parameters that a request may have, all operations together: far above what any needs. */
const maxParameters = 2000

/** Parameters of the Query protocol. The first of duplicates wins; unknown ones are ignored. */
export interface Parameters {
  text(name: string): string | undefined
  /** A signed 32-bit number; anything else is AWS's `MalformedInput`, which has no message. */
  integer(name: string): number | undefined
  /** The members of `Name.member.N`, in order of N, each with its own parameters (`''` for a scalar). */
  list(name: string): readonly Parameters[]
  /** The value of a scalar list member. */
  readonly value: string | undefined
}

/** Reads `application/x-www-form-urlencoded` text, which a query string is too. */
export function readParameters(form: string): Parameters {
  const values = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(form)) {
    if (values.has(name)) continue
    if (values.size >= maxParameters) throw new Fault(400, 'MalformedInput')
    values.set(name, value)
  }
  return parametersOf(values)
}

function parametersOf(values: ReadonlyMap<string, string>): Parameters {
  const text = (name: string) => values.get(name)
  return {
    value: values.get(''),
    text,
    integer(name) {
      const written = text(name)
      if (written === undefined || written === '') return undefined
      const number = /^[+-]?[0-9]{1,10}$/.test(written) ? Number(written) : Number.NaN
      if (!(number >= -(2 ** 31) && number < 2 ** 31)) throw new Fault(400, 'MalformedInput')
      return number
    },
    list(name) {
      const members = new Map<number, Map<string, string>>()
      const prefix = `${name}.member.`
      for (const [key, value] of values) {
        if (!key.startsWith(prefix)) continue
        const match = /^([1-9][0-9]{0,4})(?:\.(.+))?$/s.exec(key.slice(prefix.length))
        if (match === null) continue
        const number = Number(match[1])
        const member = members.get(number) ?? new Map<string, string>()
        member.set(match[2] ?? '', value)
        members.set(number, member)
      }
      return [...members].sort(([a], [b]) => a - b).map(([, member]) => parametersOf(member))
    },
  }
}
