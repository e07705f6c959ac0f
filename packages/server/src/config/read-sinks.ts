import type { Secret } from '@rolecall/aws'
import type { Readers } from './readers.ts'
import type { Sections } from './sections.ts'

/** What a sink refers to; a part that could not be read was reported and is absent. */
export interface SinkResources {
  readonly headers: Readonly<Record<string, Secret>>
  readonly secret: Secret | undefined
  /** The text of its `caFile`. */
  readonly ca: string | undefined
}

/** Reads the secrets and authorities of all sinks, by the sink's place in the list. */
export async function readSinks(
  { auditSinks }: Sections,
  read: Pick<Readers, 'secret' | 'certificates'>,
): Promise<ReadonlyMap<number, SinkResources>> {
  const one = async (index: number): Promise<SinkResources> => {
    const { webhook, syslog } = auditSinks[index] ?? {}
    const path = ['audit', 'sinks', index, webhook === undefined ? 'syslog' : 'webhook']
    const caFile = webhook?.caFile ?? syslog?.caFile
    const headers = Object.entries(webhook?.headers ?? {}).map(async ([name, reference]) => {
      const value = await read.secret(reference, [...path, 'headers', name])
      return value === undefined ? [] : [[name, value] as const]
    })
    return {
      headers: Object.fromEntries((await Promise.all(headers)).flat()),
      secret:
        webhook?.secret === undefined
          ? undefined
          : await read.secret(webhook.secret, [...path, 'secret']),
      ca: caFile === undefined ? undefined : await read.certificates([...path, 'caFile'], caFile),
    }
  }
  const indexes = [...auditSinks.keys()]
  return new Map(await Promise.all(indexes.map(async index => [index, await one(index)] as const)))
}
