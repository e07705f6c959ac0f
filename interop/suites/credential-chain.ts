/** The source that our chain takes is the one that botocore's takes. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { AwsError, defaultCredentialChain } from '@rolecall/aws'
import { inLifetime, type Lifetime } from '../lifetime.ts'
import { askPython } from '../peers/ask-python.ts'
import { randomFrom } from '../random-xml.ts'
import type { Suite } from './suite.ts'

const count = Number(process.env.COUNT ?? 600)

type Variables = Record<string, string>
type Choice = { readonly method: string | null } | { readonly refused: string }

/** `npm run interop -- credential-chain` */
export const credentialChainSuite: Suite = {
  name: 'credential-chain',
  title: 'the chain takes the source that botocore takes',
  packages: ['python3-boto3'],
  run: check =>
    inLifetime(async lifetime => {
      const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
      const folder = lifetime.folder('chain')
      const container = await startContainer(lifetime.onEnd)
      const settings = environments(folder, container, seed)
      const theirs = await askPython<Choice>(
        'chain',
        settings.map(one => JSON.stringify(one)),
        folder,
      )
      await check(`${count} environments (SEED=${seed})`, async () => {
        const seen = new Map<string, number>()
        for (const [index, env] of settings.entries()) {
          const expected = theirs[index]
          if (expected === undefined) throw new Error('botocore did not answer')
          assert.deepEqual(await ourChoice(env), known(expected), JSON.stringify(env))
          const name = 'refused' in expected ? 'refused' : String(expected.method)
          seen.set(name, (seen.get(name) ?? 0) + 1)
        }
        // Every source won somewhere, or the comparison proves nothing about it.
        const wanted = ['env', 'assume-role', 'assume-role-with-web-identity', 'sso']
        wanted.push('shared-credentials-file', 'custom-process', 'config-file', 'container-role')
        for (const name of [...wanted, 'null', 'refused'])
          assert.ok((seen.get(name) ?? 0) > 2, name)
      })
    }),
}

function known(choice: Choice): Choice {
  return 'refused' in choice ? { refused: 'yes' } : choice
}

async function startContainer(onEnd: Lifetime['onEnd']): Promise<string> {
  const keys = { AccessKeyId: 'ASIACONTAINER', SecretAccessKey: 's', Token: 't' }
  const body = JSON.stringify({ ...keys, Expiration: '2126-01-01T00:00:00Z' })
  const server = createServer((_, response) => response.end(body))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onEnd(async () => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** Variables at random, each with a home of its own and profiles at random in it. */
function environments(folder: string, container: string, seed: number): Variables[] {
  const random = randomFrom(seed)
  const chance = (share: number) => random() < share
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const some = (share: number, text: string) => (chance(share) ? `${text}\n` : '')
  const role = 'role_arn = arn:aws:iam::123456789012:role/A'
  const keys = 'aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = s'
  const answer = '{"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "s"}'
  const sso = 'sso_account_id = 123456789012\nsso_role_name = A'
  const ssoAt = 'sso_region = us-east-1\nsso_start_url = https://x.awsapps.com/start'
  const sources = ['source_profile = p', 'source_profile = q', 'credential_source = Environment']
  const profile = () =>
    some(0.3, `${role}\n${some(0.85, pick([...sources, 'source_profile = z']))}`) +
    some(0.15, 'web_identity_token_file = /no/token') +
    some(0.15, `${sso}\n${pick([ssoAt, 'sso_session = s', 'sso_session = none', ''])}`) +
    some(0.2, `credential_process = /bin/echo '${answer}'`) +
    some(0.25, keys)
  return Array.from({ length: count }, (_, index) => {
    const home = join(folder, String(index))
    mkdirSync(join(home, '.aws'), { recursive: true })
    const config = `[default]\n${profile()}[profile p]\n${profile()}[profile q]\n${keys}\n[sso-session s]\n${ssoAt}\n`
    writeFileSync(join(home, '.aws', 'config'), config)
    const shared = some(0.3, `[default]\n${keys}`) + some(0.3, `[p]\n${keys}`)
    if (chance(0.7)) writeFileSync(join(home, '.aws', 'credentials'), shared)
    const id = { AWS_ACCESS_KEY_ID: 'AKIDENV' }
    const token = { AWS_WEB_IDENTITY_TOKEN_FILE: '/no/token' }
    return {
      ...{ HOME: home, AWS_EC2_METADATA_DISABLED: 'true' },
      ...(chance(0.15) ? { ...id, ...(chance(0.8) ? { AWS_SECRET_ACCESS_KEY: 's' } : {}) } : {}),
      ...(chance(0.5) ? { AWS_PROFILE: pick(['p', 'p', 'p', 'q', 'default']) } : {}),
      ...(chance(0.1) ? token : {}),
      ...(chance(0.15) ? { AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/B' } : {}),
      ...(chance(0.5) ? { AWS_CONTAINER_CREDENTIALS_FULL_URI: container } : {}),
    }
  })
}

class Reached extends Error {}

/** The first link that has something: keys, or a call that it would make; no network is needed. */
async function ourChoice(env: Variables): Promise<Choice> {
  const http = async () => {
    throw new Reached()
  }
  for (const { name, source } of defaultCredentialChain({ env, http }).links) {
    try {
      await source.get()
      return { method: name }
    } catch (error) {
      // Botocore opens the token's file when it needs it, and reads a sign-in when it needs that.
      const later = ['bad_token', 'sso_login_needed']
      if (error instanceof Reached) return { method: name }
      if (!(error instanceof AwsError)) throw error
      if (later.includes(error.code)) return { method: name }
      if (error.code !== 'no_credentials') return { refused: 'yes' }
    }
  }
  return { method: null }
}
