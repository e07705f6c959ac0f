/** Servers in processes of their own, so that what is measured shares a thread with nothing. */
import { type ChildProcess, fork } from 'node:child_process'
import { createServer, type RequestListener } from 'node:http'
import { fileURLToPath } from 'node:url'

/** What a server's process has used. */
export interface Usage {
  readonly cpuSeconds: number
  readonly rss: number
}

/** A running program. */
export interface Program<Facts> {
  /** What it told when it was ready. */
  readonly facts: Facts
  usage(): Promise<Usage>
  end(): void
}

/** A running server. */
export interface Child {
  readonly port: number
  usage(): Promise<Usage>
  end(): void
}

/** Starts the program of that name; it gets the port of the server behind it. */
export async function startChild(
  program: 'serve-gateway' | 'serve-proxy' | 'serve-upstream',
  upstreamPort = 0,
): Promise<Child> {
  const file = new URL(`${program}.ts`, import.meta.url)
  const { facts: port, usage, end } = await startProgram<number>(file, String(upstreamPort))
  return { port, usage, end }
}

/** Starts a program with one argument and waits for what it tells. */
export function startProgram<Facts>(file: URL, argument = ''): Promise<Program<Facts>> {
  const child = fork(fileURLToPath(file), [argument])
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`${file.pathname} ended with ${code}`)))
    child.once('message', (facts: Facts) =>
      resolve({ facts, usage: () => usageOf(child), end: () => child.kill() }),
    )
  })
}

function usageOf(child: ChildProcess): Promise<Usage> {
  return new Promise(resolve => {
    child.once('message', (usage: Usage) => resolve(usage))
    child.send('usage')
  })
}

/** In the child: listens, tells the port, and what was used when asked. */
export function serveInChild(handle: RequestListener): void {
  // One side waits longer than five seconds for its turn while the other is warmed up.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 0, noDelay: true }, handle)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    process.send?.(typeof address === 'object' ? address?.port : 0)
  })
  answerUsage()
}

/** In the child: tells what was used when asked, and ends with the program that started it. */
export function answerUsage(): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    const usage: Usage = { cpuSeconds: (user + system) / 1e6, rss: process.memoryUsage.rss() }
    process.send?.(usage)
  })
  process.on('disconnect', () => process.exit())
}

/** The port that the program was started with. */
export const upstreamPort = Number(process.argv[2])
