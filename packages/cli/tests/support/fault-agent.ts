import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type FaultWorld, roleArn, variablesOf } from './fault-world.ts'
import { directoryWith, start } from './rolecall.ts'

const file = `listen: 127.0.0.1:0
accessLog: access.jsonl
roles: { r: { roleArn: "${roleArn}", durationSeconds: 900 } }
`

/** The agent with that world's role, and what its printed lines say. */
export async function startFaultAgent(world: FaultWorld) {
  const cwd = directoryWith({ 'agent.yaml': file })
  const agent = start(['agent', '-c', 'agent.yaml', '--json'], { cwd, env: variablesOf(world) })
  onTestFinished(() => void agent.child.kill('SIGKILL'))
  const printed = new Promise<string>(resolve => agent.child.stdout.once('data', resolve))
  await agent.says('rolecall: listening on')
  const { roles } = JSON.parse(await printed)
  const [variables] = Object.values<Record<string, string>>(roles)
  const uri = variables?.AWS_CONTAINER_CREDENTIALS_FULL_URI ?? ''
  const authorization = variables?.AWS_CONTAINER_AUTHORIZATION_TOKEN ?? ''
  world.secrets.add(authorization)
  const ask = async () => {
    const answer = await fetch(uri, { headers: { authorization } })
    const sentAt = Date.parse(answer.headers.get('date') ?? '')
    return { status: answer.status, body: JSON.parse(await answer.text()), sentAt }
  }
  const end = async () => {
    agent.child.kill('SIGTERM')
    const { code, err } = await agent.ended
    const log = readFileSync(join(cwd, 'access.jsonl'), 'utf8')
    world.secrets.expectNone({ err, log })
    return { code, err, log }
  }
  return { ask, end }
}
