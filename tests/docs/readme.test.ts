import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { AwsError, StsClient } from '@rolecall/aws'
import { loadConfig } from '@rolecall/server'
import { startSimulator } from '@rolecall/simulator'
import { describe, expect, it } from 'vitest'

const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8')

/** The blocks of one language, in order. */
function blocks(language: string): readonly string[] {
  const found = readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))
  return [...found].map(([, text = '']) => text)
}

const [callerPolicy = {}, trustPolicy = {}] = blocks('json').map(
  text => JSON.parse(text) as Record<string, unknown>,
)

/** What `config check` says of a file, warnings too. */
async function problemsOf(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-readme-'))
  try {
    const file = join(folder, 'rolecall.yaml')
    writeFileSync(file, text.replace('/var/lib/rolecall', folder))
    const env = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE', AWS_SECRET_ACCESS_KEY: 'x'.repeat(40) }
    const loaded = await loadConfig(file, { env })
    return loaded.ok ? loaded.warnings : loaded.problems
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function helpOf(words: readonly string[]): Promise<string> {
  const main = fileURLToPath(import.meta.resolve('@rolecall/cli'))
  return (await promisify(execFile)(process.execPath, [main, ...words, '--help'])).stdout
}

describe('the README', () => {
  it('names verbs and options that there are', { timeout: 120_000 }, async () => {
    const lines = blocks('sh').flatMap(text => text.split('\n'))
    const called = lines.map(line =>
      /^(?:npm run )?rolecall (?:-- )?((?:[a-z]+(?= |$) ?)+)(.*)/.exec(line),
    )
    const verbs = called.flatMap(match =>
      match === null ? [] : [[match[1] ?? '', match[2] ?? '']],
    )
    expect(verbs.length).toBeGreaterThan(5)
    const helps = new Map<string, Promise<string>>()
    for (const [verb = '', rest = ''] of verbs) {
      const words = verb.trim()
      const help = helps.get(words) ?? helpOf(words.split(' '))
      helps.set(words, help)
      expect(await help).toContain(`Usage: rolecall ${words}`)
      for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(await help).toContain(option)
    }
  })

  it('shows a configuration file that has no problem', async () => {
    expect(await problemsOf(blocks('yaml')[0] ?? '')).toEqual([])
  })

  it('shows grants that have no problem', async () => {
    const grants = blocks('yaml').filter(text => text.startsWith('grants:'))
    expect(grants).toHaveLength(1)
    const around = `publicUrl: https://aws.example.com
accounts:
  prod: { id: "111122223333" }
  dev: { id: "444455556666" }
  billing: { id: "777788889999" }
discovery: { roles: { role: RolecallReader } }
signIn: { password: true, machines: { domains: [rz.example.com], networks: [10.0.0.0/8] } }
federationApi: [{ prefix: /latest, for: machines }]
listen: { trustedProxies: [10.0.0.2] }
`
    expect(await problemsOf(around + grants[0])).toEqual([])
  })

  it('gives policies that let the gateway take the role with a source identity, and no other', async () => {
    const role = (name: string) => ({ name, trust: trustPolicy })
    const simulator = await startSimulator({
      world: {
        accounts: [
          {
            id: '111122223333',
            users: [
              {
                name: 'rolecall',
                accessKeys: [{ id: 'AKIAEXAMPLEEXAMPLE', secret: 'an-example-secret-of-no-use' }],
                policies: [callerPolicy],
              },
            ],
          },
          { id: '123456789012', roles: [role('Administrator'), role('Other')] },
        ],
      },
    })
    try {
      const sts = new StsClient({
        region: 'us-east-1',
        endpoint: simulator.stsEndpoint,
        credentials: {
          accessKeyId: 'AKIAEXAMPLEEXAMPLE',
          secretAccessKey: 'an-example-secret-of-no-use',
        },
      })
      const take = (name: string) =>
        sts.assumeRole({
          roleArn: `arn:aws:iam::123456789012:role/${name}`,
          roleSessionName: 'alice',
          sourceIdentity: 'alice',
        })
      const taken = await take('Administrator')
      expect(taken.sourceIdentity).toBe('alice')
      await expect(take('Other')).rejects.toBeInstanceOf(AwsError)
    } finally {
      await simulator.close()
    }
  })
})
