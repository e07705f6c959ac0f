import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Simulator, startSimulator, type World } from '@rolecall/simulator'
import { afterAll } from 'vitest'
import { type Planted, planted } from '../../support/planted.ts'

export const production = '111122223333'
export const staging = '444455556666'
/** base32 of the seed of RFC 6238, appendix B: `codeAt` of the tests of JumpCloud gives its codes. */
const seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

export const arn = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`
const provider = (account: string) => `arn:aws:iam::${account}:saml-provider/jumpcloud`
const pair = (account: string, name: string) => ({
  role: arn(account, name),
  provider: provider(account),
})

export const passwordOf = (name: string) => `The-Password/of+${name}-0815`

const trust = (id: string, effect: string) => ({
  Version: '2012-10-17',
  Statement: {
    Effect: effect,
    Principal: { Federated: provider(id) },
    Action: 'sts:AssumeRoleWithSAML',
  },
})

const account = (id: string, roles: readonly string[], refused: readonly string[] = []) => ({
  id,
  samlProviders: [{ name: 'jumpcloud', metadata: 'jumpcloud' }],
  roles: [
    ...roles.map(name => ({ name, trust: trust(id, 'Allow') })),
    ...refused.map(name => ({ name, trust: trust(id, 'Deny') })),
  ],
})

const person = (name: string, more: object = {}) => ({
  email: `${name}@example.com`,
  password: passwordOf(name),
  ...more,
})

/** A label that would clear the screen, colour it and move to its top. */
export const hostileLabel = 'evil\u001b[2J\u001b[31m\u001b[H\u202elabel'

const world = {
  accounts: [account(production, ['Admin', 'ReadOnly'], ['Refused']), account(staging, ['Admin'])],
  jumpCloud: {
    people: [
      person('alice'),
      person('tom', { totp: seed }),
      person('denis', { push: 'denied' }),
      person('lou', { state: 'locked' }),
    ],
    applications: [
      {
        name: 'aws',
        label: 'AWS',
        roles: [
          pair(production, 'Admin'),
          pair(production, 'ReadOnly'),
          pair(production, 'Refused'),
          pair(staging, 'Admin'),
        ],
      },
      { name: 'one', label: hostileLabel, roles: [pair(production, 'Admin')] },
      { name: 'guarded', label: 'Guarded', policy: { error: '4014' }, roles: [] },
    ],
  },
} as const satisfies World

/** A company with JumpCloud and AWS, for all tests of a file. */
export interface Company {
  readonly simulator: Simulator
  readonly secrets: Planted
  /** Variables of a person's machine, with a home of its own and these connections. */
  machine(connection?: Wish): Readonly<Record<string, string>>
}

/** What differs from a plain connection of JumpCloud. */
export interface Wish {
  readonly person?: string | undefined
  readonly application?: string
  /** Further lines of the section. */
  readonly lines?: readonly string[]
  /** `~/.saml2aws` in place of our own file, under this name. */
  readonly saml2aws?: string
  readonly env?: Readonly<Record<string, string>>
}

export async function company(): Promise<Company> {
  const simulator = await startSimulator({ world })
  const homes: string[] = []
  afterAll(async () => {
    await simulator.close()
    for (const home of homes) rmSync(home, { recursive: true, force: true })
  }, 60_000)
  const secrets = planted()
  for (const { password } of world.jumpCloud.people) secrets.add(password)
  const { jumpCloud, stsEndpoint, url } = simulator
  if (jumpCloud === undefined) throw new Error('the world has a JumpCloud')

  return {
    simulator,
    secrets,
    machine({ person, application = 'aws', lines = [], saml2aws, env = {} }: Wish = {}) {
      const home = mkdtempSync(join(tmpdir(), 'rolecall-home-'))
      homes.push(home)
      const section = [
        `[${saml2aws ?? 'default'}]`,
        'provider = JumpCloud',
        `url = ${jumpCloud.ssoUrl(application)}`,
        'mfa = Auto',
        ...(person === undefined ? [] : [`username = ${person}@example.com`]),
        ...lines,
      ]
      const names = ['[accounts]', `${production} = prod`, `${staging} = nonprod`, '']
      const folder = join(home, '.config', 'rolecall')
      mkdirSync(folder, { recursive: true })
      const isOld = saml2aws !== undefined
      if (isOld) writeFileSync(join(home, '.saml2aws'), `${section.join('\n')}\n`)
      const own = isOld ? names : [...section, '', ...(application === 'aws' ? names : [])]
      writeFileSync(join(folder, 'config'), own.join('\n'))
      return {
        HOME: home,
        ROLECALL_KEYRING: 'file',
        XDG_RUNTIME_DIR: join(home, 'run'),
        AWS_ENDPOINT_URL_STS: stsEndpoint,
        AWS_ENDPOINT_URL_IAM: url,
        AWS_REGION: 'eu-central-1',
        ...env,
      }
    },
  }
}
