import { connect, createServer, type Server, type Socket } from 'node:net'
import { type Simulator, startSimulator, type World } from '@rolecall/simulator'
import { onTestFinished } from 'vitest'
import { type Planted, planted } from './planted.ts'

const account = '111122223333'
export const key = {
  id: 'AKIAFAULTWORLD000001',
  secret: 'Planted/Secret+Of/The+Fault/World0000000',
}
export const roleArn = `arn:aws:iam::${account}:role/Worker`

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }],
}
const world: World = {
  accounts: [
    {
      id: account,
      users: [{ name: 'tool', accessKeys: [key], mayAssume: ['*'] }],
      roles: [{ name: 'Worker', trust, mayAssume: ['*'] }],
    },
  ],
}

/** A simulated AWS that can be away, and the secrets of who speaks to it. */
export interface FaultWorld {
  readonly simulator: Simulator
  /** Where programs reach it. */
  readonly url: string
  readonly secrets: Planted
  /** How often an operation was called. */
  called(operation: string): number
  /** Connections are refused from now on, and those that there are end. */
  down(): Promise<void>
  up(): Promise<void>
}

/** Starts one for the running test. Every secret that it hands out is planted. */
export async function faultWorld(now?: () => Date): Promise<FaultWorld> {
  const simulator = await startSimulator({ world, ...(now === undefined ? {} : { now }) })
  onTestFinished(() => simulator.close())
  const secrets = planted()
  secrets.add(key.secret)
  const front = await openFront(Number(new URL(simulator.url).port), answer => {
    for (const [, secret] of answer.matchAll(/<(?:SecretAccessKey|SessionToken)>([^<]+)</g)) {
      secrets.add(secret)
    }
  })
  onTestFinished(() => front.down())
  return {
    simulator,
    url: `http://127.0.0.1:${front.port}`,
    secrets,
    called: operation => simulator.calls().filter(call => call.operation === operation).length,
    down: front.down,
    up: front.up,
  }
}

/** A port that leads to another as long as it is up; `heard` gets what comes back on each connection. */
async function openFront(target: number, heard: (answer: string) => void) {
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let port = 0
  const up = async () => {
    const next = createServer(caller => {
      const beyond = connect(target, '127.0.0.1')
      let answers = ''
      for (const socket of [caller, beyond]) {
        sockets.add(socket)
        socket.on('error', () => undefined)
        socket.on('close', () => {
          sockets.delete(socket)
          caller.destroy()
          beyond.destroy()
        })
      }
      caller.on('data', piece => beyond.write(piece))
      beyond.on('data', piece => {
        answers = (answers + piece.toString('latin1')).slice(-65_536)
        heard(answers)
        caller.write(piece)
      })
      caller.on('end', () => beyond.end())
      beyond.on('end', () => caller.end())
    })
    await new Promise<void>(resolve => next.listen(port, '127.0.0.1', resolve))
    const address = next.address()
    if (address !== null && typeof address === 'object') port = address.port
    server = next
  }
  const down = async () => {
    const closing = server
    server = undefined
    if (closing === undefined) return
    const closed = new Promise<void>(resolve => closing.close(() => resolve()))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  await up()
  return { port, up, down }
}

/** Variables of a program that is the user `tool` of that world. */
export const variablesOf = ({ url }: FaultWorld) => ({
  AWS_ACCESS_KEY_ID: key.id,
  AWS_SECRET_ACCESS_KEY: key.secret,
  AWS_ENDPOINT_URL: url,
  AWS_REGION: 'eu-central-1',
  AWS_EC2_METADATA_DISABLED: 'true',
})
