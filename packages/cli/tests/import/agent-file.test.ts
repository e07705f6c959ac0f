import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readAgentFile } from '../../src/agent/agent-file.ts'

test("the agent's file that alppaca's becomes is one that the agent reads", async () => {
  const read = await readAgentFile(join(import.meta.dirname, 'golden', 'alppaca', 'out.yaml'))
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  expect(read.plan).toMatchObject({
    listen: [{ host: '127.0.0.1', port: 25_772 }],
    upstream: 'https://afp.example.com',
    roles: { Worker: { isUpstreams: true, region: 'eu-central-1' } },
    imds: { roles: ['Worker'], v1: true, missing: 'empty' },
  })
})
