import { mustEqual } from '../check.ts'
import { compare, summary } from '../measure.ts'
import type { Row } from '../row.ts'
import { createStarter, type Start, startsOf } from './starter.ts'
import { startTlsSts } from './tls-sts.ts'
import { createUser, type User } from './user.ts'

const role = 'prod/admin'
const key = 'ASIAEXAMPLE'

interface Command {
  readonly ours: Start
  readonly peer: Start
  readonly end?: () => void
}

/** Both sides of a row, started in turn. `prepare` checks what ours answers. */
function starts(prepare: (user: User) => Command | Promise<Command>): Row['measure'] {
  return compare(async () => {
    const user = createUser()
    const starter = await createStarter()
    const { ours, peer, end } = await prepare(user)
    return {
      ours: startsOf(starter, ours),
      peer: startsOf(starter, peer),
      end: () => {
        starter.end()
        end?.()
        user.end()
      },
    }
  })
}

/** The answer of a command, which it gives at once from the second time on. */
function answered(user: User, ours: Start, isRight: (text: string) => boolean): Start {
  const first = user.printed(ours)
  if (!isRight(first)) throw new Error(`${ours.argv.join(' ')} prints ${first}`)
  mustEqual('answer', user.printed(ours), first)
  return ours
}

const keyOf = (text: string): unknown => JSON.parse(text).AccessKeyId
const emptyName = 'an empty program'

const cached: Row = {
  name: 'cli-credentials',
  unit: 'starts/s',
  peerName: emptyName,
  what: '`rolecall credentials` with keys in the cache',
  target: 0.74,
  measure: starts(user => ({
    ours: answered(user, user.rolecall('credentials', role), text => keyOf(text) === key),
    peer: user.empty,
  })),
}

const besideAws: Row = {
  name: 'cli-credentials-aws',
  unit: 'starts/s',
  peerName: 'aws configure export-credentials',
  what: 'the same',
  target: 10,
  measure: starts(user => {
    const peer = user.aws('configure', 'export-credentials')
    const ours = user.rolecall('credentials', role)
    mustEqual('key', keyOf(user.printed(ours)), keyOf(user.printed(peer)))
    return { ours: answered(user, ours, text => keyOf(text) === key), peer }
  }),
}

const env: Row = {
  name: 'cli-env',
  unit: 'starts/s',
  peerName: emptyName,
  what: '`rolecall env` with keys in the cache',
  target: 0.67,
  measure: starts(user => ({
    ours: answered(user, user.rolecall('env', role), text => text.includes(`=${key}\n`)),
    peer: user.empty,
  })),
}

const exec: Row = {
  name: 'cli-exec',
  unit: 'starts/s',
  peerName: emptyName,
  what: '`rolecall exec -- true` with keys in the cache',
  target: 0.67,
  measure: starts(user => {
    const words = ['exec', role, '--', 'printenv', 'AWS_ACCESS_KEY_ID']
    answered(user, user.rolecall(...words), text => text === `${key}\n`)
    return { ours: user.rolecall('exec', role, '--', 'true'), peer: user.empty }
  }),
}

const sts: Row = {
  name: 'cli-sts',
  unit: 'starts/s',
  peerName: emptyName,
  what: '`rolecall credentials --role-arn`: one AssumeRole over TLS on loopback',
  target: 0.43,
  measure: starts(async user => {
    const server = await startTlsSts(user.folder)
    const arn = 'arn:aws:iam::123456789012:role/Admin'
    const plain = user.rolecall('credentials', '--role-arn', arn, '--region', 'eu-central-1')
    const ours = { ...plain, env: { ...plain.env, ...server.env } }
    mustEqual('key', keyOf(user.printed(ours)), server.accessKeyId)
    return { ours, peer: user.empty, end: server.end }
  }),
}

const memory: Row = {
  name: 'cli-memory',
  unit: 'KiB',
  peerName: emptyName,
  what: 'resident memory of `rolecall credentials` with keys in the cache, at the most',
  target: 0.77,
  measure: async () => {
    const user = createUser()
    const starter = await createStarter()
    try {
      const ours = user.rolecall('credentials', role)
      answered(user, ours, text => keyOf(text) === key)
      const sizes: { readonly ours: number[]; readonly peer: number[] } = { ours: [], peer: [] }
      for (let round = 0; round < 20; round++) {
        sizes.ours.push((await starter.run(ours)).rss)
        sizes.peer.push((await starter.run(user.empty)).rss)
      }
      // Less is better: the ratio is that of the empty program to ours.
      const { ratio, spread } = summary(sizes.peer, sizes.ours)
      return { ...summary(sizes.ours, sizes.peer), ratio, spread }
    } finally {
      starter.end()
      user.end()
    }
  },
}

export const cliRows: readonly Row[] = [cached, besideAws, env, exec, sts, memory]
