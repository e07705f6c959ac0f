/** What the verbs say when something is wrong, and with which exit code. */
import { expect, test } from 'vitest'
import { type ExitReason, exitCodes } from '../../src/exit-codes.ts'
import { inProcess } from '../support/in-process.ts'
import { company, passwordOf, type Wish } from './support/company.ts'

const { machine, secrets } = await company()

interface Row extends Wish {
  readonly words: readonly string[]
  readonly password?: string
  readonly ends: ExitReason
  readonly says: RegExp
  readonly hints?: RegExp
}

const rows: readonly (readonly [string, Row])[] = [
  [
    'a wrong password',
    {
      words: ['login', 'prod/admin'],
      password: 'wrong-password-1',
      ends: 'signInRefused',
      says: /did not take the username or the password/,
      hints: /rolecall login$/,
    },
  ],
  [
    'no password and nobody to ask',
    {
      words: ['credentials', 'prod/admin'],
      ends: 'cannotAsk',
      says: /Password of alice@example\.com.* no terminal to ask on/,
      hints: /ROLECALL_PASSWORD.*rolecall login/,
    },
  ],
  [
    'no username and nobody to ask',
    { words: ['roles'], person: undefined, ends: 'cannotAsk', says: /Username/ },
  ],
  [
    'questions that are not wanted',
    { words: ['login', '--skip-prompt'], ends: 'cannotAsk', says: /--skip-prompt/ },
  ],
  [
    'a code that is needed, and nobody to ask',
    { words: ['login', 'prod/admin'], person: 'tom', ends: 'cannotAsk', says: /code/i },
  ],
  [
    'a wrong code',
    {
      words: ['login', 'prod/admin', '--mfa-token', '000000'],
      person: 'tom',
      ends: 'mfaRefused',
      says: /./,
    },
  ],
  [
    'a push that is denied',
    { words: ['login', 'prod/admin'], person: 'denis', ends: 'mfaRefused', says: /denied|refused/ },
  ],
  [
    'a locked account',
    { words: ['login', 'prod/admin'], person: 'lou', ends: 'signInRefused', says: /locked/ },
  ],
  [
    'a policy of the provider in the way',
    { words: ['login'], application: 'guarded', ends: 'signInRefused', says: /./ },
  ],
  [
    'a server that cannot be reached',
    {
      words: ['login', '--url', 'http://127.0.0.1:9/saml2/aws'],
      ends: 'network',
      says: /127\.0\.0\.1:9.*ECONNREFUSED/,
    },
  ],
  [
    'a provider that is none',
    {
      words: ['login', '--idp-provider', 'JumpClod'],
      ends: 'usage',
      says: /JumpClod/,
    },
  ],
  [
    'a connection that is misspelt',
    {
      words: ['login', '-a', 'defualt'],
      ends: 'usage',
      says: /no connection "defualt"/,
      hints: /did you mean default/,
    },
  ],
  [
    'a role that there is not',
    {
      words: ['credentials', 'prd/admin'],
      ends: 'noRole',
      says: /no role of yours is called "prd\/admin"/,
      hints: /prod\/Admin/,
    },
  ],
  [
    'an ARN that is not offered',
    {
      words: ['credentials', 'arn:aws:iam::111122223333:role/Other'],
      ends: 'noRole',
      says: /role\/Other is none of the roles/,
    },
  ],
  [
    'several roles that fit',
    {
      words: ['credentials', 'admin'],
      ends: 'noRole',
      says: /"admin" fits 2 roles: nonprod\/Admin, prod\/Admin/,
      hints: /write one of them in full/,
    },
  ],
  [
    'no role and nobody to pick one',
    { words: ['env'], ends: 'cannotAsk', says: /no role is named/, hints: /prod\/admin/ },
  ],
  [
    'a role that AWS refuses',
    { words: ['credentials', 'prod/refused'], ends: 'credentials', says: /Refused/ },
  ],
  [
    '--all where one role is refused',
    { words: ['login', '--all'], ends: 'credentials', says: /1 of 4 roles could not be taken/ },
  ],
  [
    'exec without a command',
    { words: ['exec', 'prod/admin', '--'], ends: 'usage', says: /no command to run/ },
  ],
  [
    'exec without --',
    {
      words: ['exec', 'prod/admin', 'aws', 's3', 'ls'],
      ends: 'usage',
      says: /no -- stands between/,
      hints: /rolecall exec prod\/admin -- aws s3 ls/,
    },
  ],
  [
    'two roles',
    { words: ['exec', 'a', 'b', '--', 'true'], ends: 'usage', says: /2 words before --/ },
  ],
  [
    'a shell in the shell',
    {
      words: ['shell', 'prod/admin'],
      env: { ROLECALL_SHELL: '1', ROLECALL_ROLE_NAME: 'prod/ReadOnly' },
      ends: 'usage',
      says: /has a role already: prod\/ReadOnly/,
      hints: /exit.*--force/,
    },
  ],
  [
    'a shell whose words are not known',
    { words: ['env', 'prod/admin', '--shell', 'tcsh'], ends: 'usage', says: /tcsh/ },
  ],
  [
    'a role of a connection with a profile of AWS',
    { words: ['credentials', 'prod/admin', '--profile', 'x'], ends: 'usage', says: /--profile/ },
  ],
  ['JSON and CSV', { words: ['roles', '--json', '--csv'], ends: 'usage', says: /--csv/ }],
  [
    'every role and one',
    { words: ['login', 'prod/admin', '--all'], ends: 'usage', says: /--all takes every role/ },
  ],
]

test.each(rows)('%s', async (_, row) => {
  const person = 'person' in row ? row.person : 'alice'
  const password =
    row.password ??
    (row.ends === 'cannotAsk' && person === 'alice' ? undefined : passwordOf(person ?? ''))
  const isNamed = row.words[0] === 'env'
  const env = machine({ ...row, person })
  const given =
    password === undefined && !isNamed ? {} : { ROLECALL_PASSWORD: password ?? passwordOf('alice') }
  const { code, out, err } = await inProcess(row.words, '', { ...env, ...given })
  const lines = err.trimEnd().split('\n')
  expect([code, out]).toEqual([exitCodes[row.ends].code, ''])
  expect(lines.find(line => line.startsWith('rolecall: '))).toMatch(row.says)
  if (row.hints !== undefined)
    expect(lines.find(line => line.startsWith('hint: '))).toMatch(row.hints)
  secrets.expectNone({ out, err })
  if (row.password !== undefined) expect(err).not.toContain(row.password)
})
