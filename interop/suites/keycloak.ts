/** Our command signs in at Keycloak itself, and STS takes what Keycloak signed. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { oneTimeCode, type Simulator, startSimulator } from '@rolecall/simulator'
import { inLifetime, type Lifetime } from '../lifetime.ts'
import { startKeycloak } from '../peers/keycloak.ts'
import { rolecallMain } from '../peers/rolecall.ts'
import { account, realmsAt, seed } from './keycloak-realms.ts'
import type { RunCheck, Suite } from './suite.ts'

/** `npm run interop -- keycloak` */
export const keycloakSuite: Suite = {
  name: 'keycloak',
  title: 'people sign in at Keycloak from the terminal',
  packages: ['openjdk-17-jre-headless', 'maven', 'unzip'],
  run: check =>
    inLifetime(async lifetime => {
      const url = await startKeycloak(lifetime, realmsAt)
      const descriptor = `${url}/realms/company/protocol/saml/descriptor`
      const simulator = await startTrusting(await (await fetch(descriptor)).text())
      lifetime.onEnd(() => simulator.close())
      await checkSignIns(check, lifetime, { url, simulator })
    }),
}

/** An account whose role is for who comes from Keycloak: its key is the one of Keycloak's metadata. */
function startTrusting(metadata: string): Promise<Simulator> {
  const provider = `arn:aws:iam::${account}:saml-provider/keycloak`
  return startSimulator({
    world: {
      accounts: [
        {
          id: account,
          samlProviders: [{ name: 'keycloak', metadata }],
          roles: [
            {
              name: 'Admin',
              maxSessionDuration: 14_400,
              trust: {
                Version: '2012-10-17',
                Statement: {
                  ...{ Effect: 'Allow', Principal: { Federated: provider } },
                  Action: 'sts:AssumeRoleWithSAML',
                },
              },
            },
          ],
        },
      ],
    },
  })
}

async function checkSignIns(
  check: RunCheck,
  lifetime: Lifetime,
  { url, simulator }: { readonly url: string; readonly simulator: Simulator },
): Promise<void> {
  const home = lifetime.folder('keycloak-home')
  const client = (name: string) => `${url}/realms/company/protocol/saml/clients/${name}`
  const section = (name: string, username: string, address: string, more = '') =>
    `[${name}]\nprovider = KeyCloak\nurl = ${address}\nusername = ${username}\n${more}\n`
  const config = join(home, 'config')
  writeFileSync(
    config,
    [
      ...['alice', 'bob', 'dora', 'erin'].map(name => section(name, name, client('amazon-aws'))),
      section('pam', 'pam', client('amazon-aws'), 'kc_broker = partner'),
      section('nowhere', 'alice', client('nowhere')),
    ].join('\n'),
  )

  /** `rolecall credentials` of a connection, with nobody to ask. */
  function credentials(connection: string, more: Readonly<Record<string, string>> = {}) {
    return run(['credentials', `${account}/Admin`, '-a', connection], {
      ...{ HOME: home, ROLECALL_CONFIG: config, ROLECALL_STATE: join(home, 'state') },
      ...{ ROLECALL_KEYRING: 'file', AWS_ENDPOINT_URL_STS: simulator.stsEndpoint },
      ...{ ROLECALL_PASSWORD: `secret of ${connection}`, ...more },
    })
  }
  function gaveKeys({ code, out, err }: Outcome) {
    assert.equal(code, 0, err)
    assert.equal(JSON.parse(out).Version, 1)
  }
  function refused({ code, out, err }: Outcome, expected: number, said: RegExp) {
    assert.equal(code, expected, err)
    assert.equal(out, '')
    assert.match(err, said)
    assert.doesNotMatch(err, /secret of/)
  }

  await check('a wrong password is told in its words', async () => {
    const wrong = await credentials('alice', { ROLECALL_PASSWORD: 'wrong' })
    refused(wrong, 10, /Invalid username or password/)
  })
  await check('a password gives keys of a role', async () => gaveKeys(await credentials('alice')))
  await check('a wrong code of an authenticator app is told in its words', async () => {
    const wrong = await credentials('bob', { ROLECALL_MFA_TOKEN: '000000' })
    refused(wrong, 11, /Invalid authenticator code/)
  })
  await check('a password and a code give keys', async () => {
    gaveKeys(await credentials('bob', { ROLECALL_MFA_TOKEN: oneTimeCode(seed, new Date()) }))
  })
  await check('a disabled account is told in its words', async () => {
    refused(await credentials('dora'), 10, /Account is disabled/)
  })
  await check('a password that must be changed is told, with the way to do it', async () => {
    refused(
      await credentials('erin'),
      10,
      /must choose a new password[\s\S]*--idp-provider Browser/,
    )
  })
  await check(
    'kc_broker: through another realm, with username and password on two pages',
    async () => {
      gaveKeys(await credentials('pam'))
    },
  )
  await check('a client that is not there is told in its words', async () => {
    refused(await credentials('nowhere'), 15, /Client not found/)
  })
}

interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the command in a session of its own, where it has no terminal. */
function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Outcome> {
  const child = spawn(process.execPath, [rolecallMain, ...args], {
    env: { PATH: process.env.PATH, ...env },
    ...{ detached: true, stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 },
  })
  const [out, err]: [string[], string[]] = [[], []]
  child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => resolve({ code, out: out.join(''), err: err.join('') }))
  })
}
