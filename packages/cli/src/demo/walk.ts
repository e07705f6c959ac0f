/** The main job step by step, without a browser: what `rolecall demo --check` does. */

import { setTimeout as pause } from 'node:timers/promises'
import { type HttpSend, httpSend, StsClient, staticCredentials } from '@rolecall/aws'
import type { CredentialsView, ExplanationView, Me, RolesView } from '@rolecall/server/api'
import { createVisitor, type Page, readForm, type Visitor } from '@rolecall/simulator'
import { localUser } from './demo-config.ts'
import type { Step } from './step.ts'
import { commandJob } from './walk-command.ts'

/** What to walk through. */
export interface Walk {
  readonly url: string
  readonly stsEndpoint: string
  /** What the command keeps lies here. */
  readonly home: string
  readonly http?: HttpSend
}

/** The steps in order; each builds on those before it. */
export function mainJob({ url, stsEndpoint, home, http = httpSend }: Walk): readonly Step[] {
  const alice = createVisitor()
  const bob = createVisitor()
  let roles: RolesView = { accounts: [] }
  let keys: CredentialsView | undefined
  return [
    {
      title: 'the gateway answers',
      run: async () => expectStatus(await alice.get(`${url}/healthz`), 200).url,
    },
    {
      title: 'alice signs in through SAML',
      run: async () => {
        await signIn(alice, url, 'alice', 'alice')
        const me = json<Me>(await alice.get(`${url}/api/v1/me`))
        return `${me.displayName}, groups ${me.groups.join(', ')}`
      },
    },
    {
      title: 'alice sees her roles',
      run: async () => {
        roles = await settledRoles(alice, url)
        const seen = [named('sandbox', 'Developer', roles), named('data', 'Analyst', roles)]
        const count = roles.accounts.reduce((sum, account) => sum + account.roles.length, 0)
        if (count < 10 || seen.includes(undefined)) {
          throw new Error(`expected 10 roles or more, by groups, names and tags; saw ${count}`)
        }
        return `${count} roles in ${roles.accounts.length} accounts`
      },
    },
    {
      title: 'alice takes a role as keys',
      run: async () => {
        const path = '/api/v1/roles/prod/Administrator/credentials'
        keys = json<CredentialsView>(await alice.postJson(`${url}${path}`, {}))
        return [`${keys.accessKeyId} until ${keys.expiration}`, ...keys.notes].join('; ')
      },
    },
    {
      title: 'AWS knows the keys',
      run: async () => {
        if (keys === undefined) throw new Error('there are no keys')
        const sts = new StsClient({
          region: keys.region,
          endpoint: stsEndpoint,
          credentials: staticCredentials({
            accessKeyId: keys.accessKeyId,
            secretAccessKey: keys.secretAccessKey,
            sessionToken: keys.sessionToken,
          }),
          http,
        })
        const identity = await sts.getCallerIdentity()
        if (identity.arn !== keys.assumedRoleArn) {
          throw new Error(`expected ${keys.assumedRoleArn}, AWS says ${identity.arn}`)
        }
        return identity.arn
      },
    },
    {
      title: 'the console opens in the role',
      run: async () => {
        const role = named('prod', 'Administrator', roles)
        if (role === undefined) throw new Error('prod Administrator is not among the roles')
        const page = await alice.get(new URL(role.consoleHref, url).href)
        expectStatus(page, 200)
        expectText(page, 'Administrator')
        expectText(page, '100000000002')
        return new URL(page.url).origin + new URL(page.url).pathname
      },
    },
    {
      title: 'a short address opens the console',
      run: async () => {
        const page = expectStatus(await alice.get(`${url}/aws/billing`), 200)
        expectText(page, '100000000006')
        return `${url}/aws/billing`
      },
    },
    {
      title: 'a role for the console alone gives no keys',
      run: async () => {
        const path = '/api/v1/roles/billing/Billing/credentials'
        return `keys: ${expectStatus(await alice.postJson(`${url}${path}`, {}), 403).status}`
      },
    },
    ...commandJob({ url, home, person: alice }),
    {
      title: 'bob is refused what is not his',
      run: async () => {
        await signIn(bob, url, 'bob', 'bob')
        const path = '/api/v1/roles/prod/Administrator/credentials'
        const answer = await bob.postJson(`${url}${path}`, {})
        expectStatus(answer, 403)
        expectStatus(await bob.get(`${url}/aws/billing`), 403)
        return 'keys and console: 403'
      },
    },
    {
      title: 'bob is told why',
      run: async () => {
        const asked = await bob.get(`${url}/api/v1/explain?role=prod/Administrator`)
        const { lines } = json<ExplanationView>(asked)
        const denial = lines.find(line => line.includes('prod-admins-are-platform'))
        if (denial === undefined) throw new Error(`no line names the denial: ${lines.join('; ')}`)
        return denial
      },
    },
    {
      title: `${localUser.username} lists her roles with a password, as afp does`,
      run: async () => {
        const { username, password } = localUser
        const basic = Buffer.from(`${username}:${password}`).toString('base64')
        const answer = await http({
          method: 'GET',
          url: `${url}/afp-api/latest/account`,
          headers: { authorization: `Basic ${basic}` },
        })
        if (answer.status !== 200) throw new Error(`expected 200, got ${answer.status}`)
        return answer.body
      },
    },
  ]
}

/** The roles when each account's own have been read: ten seconds are plenty. */
async function settledRoles(visitor: Visitor, url: string): Promise<RolesView> {
  for (let tries = 0; ; tries += 1) {
    const roles = json<RolesView>(await visitor.get(`${url}/api/v1/roles`))
    if (roles.reading === undefined) return roles
    if (tries === 100) throw new Error('the roles of the accounts were not read in ten seconds')
    await pause(100)
  }
}

function named(account: string, role: string, { accounts }: RolesView) {
  return accounts.find(one => one.alias === account)?.roles.find(one => one.name === role)
}

/** Signs a person in at the provider `company`: its page must ask for `username` and `password`. */
export async function signIn(
  visitor: Visitor,
  url: string,
  username: string,
  password: string,
): Promise<void> {
  const signInPage = await visitor.get(`${url}/signin/saml/company?next=/`)
  const question = readForm(expectStatus(signInPage, 200), 'password')
  const answer = await visitor.post(question.action, { ...question.fields, username, password })
  const response = readForm(expectStatus(answer, 200), 'SAMLResponse')
  expectStatus(await visitor.post(response.action, response.fields), 200)
}

function expectStatus(page: Page, status: number): Page {
  if (page.status !== status) {
    throw new Error(`expected ${status}, got ${page.status} from ${page.url}`)
  }
  return page
}

function expectText(page: Page, text: string): void {
  if (!page.body.includes(text)) throw new Error(`"${text}" is not on the page at ${page.url}`)
}

function json<T>(page: Page): T {
  return JSON.parse(expectStatus(page, 200).body) as T
}
