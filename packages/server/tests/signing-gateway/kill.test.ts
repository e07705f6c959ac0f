/** A gateway that is killed under load: what reached AWS was decided in the audit log before. */
import { fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { bearer, sha256, token } from './support.ts'

/** More for a longer look: `KILL_ROUNDS=50`. */
const rounds = Number(process.env.KILL_ROUNDS ?? 3)
const inFlight = 32

test(`killed ${rounds} times under load: no request without its line`, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rolecall-kill-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const arrived = new Set<string>()
  const upstream = createServer((incoming, response) => {
    arrived.add(incoming.url ?? '')
    response.end('ok')
  })
  await new Promise<void>(resolve => upstream.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    upstream.closeAllConnections()
    upstream.close()
  })
  const { port } = upstream.address() as AddressInfo
  // One file for all rounds: what a killed process left may be a part of a line.
  const file = join(directory, 'audit.jsonl')
  for (let round = 0; round < rounds; round++) {
    await underLoad(round, [`http://127.0.0.1:${port}`, sha256(token), file])
  }
  const decided = new Set(
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap(
        line =>
          /"type":"delivery.request","result":"success".*"path":"(.*?)"/.exec(line)?.[1] ?? [],
      ),
  )
  expect(arrived.size).toBeGreaterThan(rounds * inFlight)
  expect([...arrived].filter(path => !decided.has(path))).toEqual([])
}, 120_000)

/** Starts a gateway, asks it as fast as it answers, and kills it at some moment. */
async function underLoad(round: number, parameters: readonly string[]): Promise<void> {
  const child = fork(join(import.meta.dirname, 'gateway-child.ts'), parameters)
  const gone = new Promise<void>(resolve => void child.once('exit', () => resolve()))
  const url = await new Promise<unknown>(resolve => void child.once('message', resolve))
  const { hostname, port } = new URL(String(url))
  const agent = new Agent({ keepAlive: true })
  let count = 0
  let isKilled = false
  const ask = (): Promise<void> =>
    new Promise(resolve => {
      const path = `/s3.eu-central-1.amazonaws.com/bucket/${round}-${count++}`
      const sent = request({ hostname, port, path, agent, method: 'PUT', headers: bearer })
      sent.on('response', response => response.resume().on('close', resolve))
      sent.on('error', () => resolve())
      sent.end()
    })
  const running = Array.from({ length: inFlight }, async () => {
    while (!isKilled) await ask()
  })
  await new Promise(resolve => setTimeout(resolve, 300 + Math.random() * 400))
  isKilled = true
  child.kill('SIGKILL')
  await gone
  await Promise.all(running)
  agent.destroy()
}
