import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readAgentFile } from '../src/agent/agent-file.ts'
import { planOfOptions } from '../src/agent/plan-of-options.ts'
import { directoryWith } from './support/rolecall.ts'

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')

test('the file of the README is one that the agent reads', async () => {
  const text = /```yaml\n(# agent\.yaml.*?)```/s.exec(readme)?.[1] ?? ''
  const directory = directoryWith({ 'agent.yaml': text })
  const result = await readAgentFile(join(directory, 'agent.yaml'))
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  expect(result.plan).toMatchObject({
    listen: [
      { host: '127.0.0.1', port: 9912 },
      { host: '::1', port: 9912 },
    ],
    accessLog: '/var/log/rolecall-agent.jsonl',
    imds: { roles: ['deploy'], v1: false, missing: 'not-found' },
    roles: {
      deploy: { profile: 'prod', tokenFile: '/run/rolecall/deploy.token' },
      backup: { roleArns: [expect.stringContaining('Hub'), expect.stringContaining('Backup')] },
    },
  })
})

test('a command line has the same plan as a file that says the same', async () => {
  const roleArn = 'arn:aws:iam::123456789012:role/ci/Deploy'
  const directory = directoryWith({
    'agent.yaml': `roles: { Deploy: { profile: prod, roleArn: "${roleArn}", region: eu-central-1 } }
imds: { region: eu-central-1 }
`,
  })
  const result = await readAgentFile(join(directory, 'agent.yaml'))
  const options = { profile: 'prod', roleArn: [roleArn], region: 'eu-central-1', imds: true }
  expect(result).toEqual({ ok: true, plan: planOfOptions(options, {}) })
})

test('a proxy alone has no roles of ours, and one that takes a role has that role', () => {
  const upstream = 'https://afp.example'
  expect(planOfOptions({ upstream }, {})).toMatchObject({
    upstream,
    roles: {},
    imds: { roles: undefined, v1: false },
  })
  const roleArn = ['arn:aws:iam::123456789012:role/Deploy']
  expect(planOfOptions({ upstream, roleArn }, {})).toMatchObject({
    roles: { Deploy: { isUpstreams: true, roleArns: roleArn } },
    imds: { roles: ['Deploy'] },
  })
})
