import { createHmac, randomBytes } from 'node:crypto'
import { boundedMap } from '../bounded-map.ts'
import { equalTexts } from '../equal-texts.ts'
import type { Incoming, Outgoing } from '../http/exchange.ts'
import type { Prompts } from '../idp/prompts.ts'
import { handleFrame } from './frame.ts'
import type { DuoPerson, Frame, FrameSession } from './types.ts'

/** Duo's older Web SDK (version 2): what an application signs, and what it gets back. */
export interface DuoService {
  /** `TX|…:APP|…`, for the frame of a person. */
  request(person: DuoPerson): string
  /** Whether `AUTH|…:APP|…` is the proof for this person. */
  verifies(response: string, email: string): boolean
  /** Answers `/frame/…`; undefined for other paths. */
  handle(request: Incoming): Outgoing | undefined
  readonly host: string
}

const lifetimeMs = 5 * 60 * 1000

/** Duo on the paths `/frame/…` of a listener. */
export function createDuo(parts: {
  readonly origin: string
  readonly prompts: Prompts
  readonly now: () => Date
}): DuoService {
  const { origin, prompts, now } = parts
  const key = randomBytes(32)
  const people = boundedMap<DuoPerson>(10_000)

  function signed(kind: 'TX' | 'APP' | 'AUTH', email: string): string {
    const until = now().getTime() + lifetimeMs
    const content = `${kind}|${Buffer.from(`${email}|${until}`).toString('base64')}`
    return `${content}|${createHmac('sha256', key).update(content).digest('hex')}`
  }

  function read(kind: 'TX' | 'APP' | 'AUTH', text: string): string | undefined {
    const [found = '', facts = '', signature = ''] = text.split('|')
    const mac = createHmac('sha256', key).update(`${found}|${facts}`).digest('hex')
    if (found !== kind || !equalTexts(mac, signature)) return undefined
    const [email = '', until] = Buffer.from(facts, 'base64').toString().split('|')
    return Number(until) > now().getTime() ? email : undefined
  }

  const frame: Frame = {
    origin,
    prompts,
    open: tx => people.get(read('TX', tx) ?? ''),
    sessions: boundedMap<FrameSession>(10_000),
    proof: ({ email }) => signed('AUTH', email),
  }
  return Object.freeze({
    host: new URL(origin).host,
    request(person: DuoPerson) {
      people.set(person.email, person)
      return `${signed('TX', person.email)}:${signed('APP', person.email)}`
    },
    verifies(response: string, email: string) {
      const [auth = '', app = ''] = response.split(':')
      return read('AUTH', auth) === email && read('APP', app) === email
    },
    handle: (request: Incoming) => handleFrame(frame, request),
  })
}
