import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodes } from '../src/exit-codes.ts'
import { directoryWith, rolecall } from './support/rolecall.ts'

const good = `publicUrl: https://aws.example.com
aws:
  credentials:
    source: static
    accessKeyId: { env: KEY_ID }
    secretAccessKey: { env: KEY }
accounts: { prod: { id: "111111111111" } }
grants:
  - { name: a, groups: [ops], account: prod, role: Admin }
`
const env = { KEY_ID: 'AKIAEXAMPLE', KEY: 'S3CRETMARKER' }

test('a good file: exit code 0, what is in it, no secret', async () => {
  const cwd = directoryWith({ 'good.yaml': good })
  expect(await rolecall(['config', 'check', 'good.yaml'], { cwd, env })).toEqual({
    code: 0,
    out: 'ok good.yaml: 1 account, 1 grant, 0 SAML providers\n',
    err: '',
  })
})

test('a bad file: exit code 3, each problem with its place and remedy', async () => {
  const bad = good.replace('account: prod', 'account: prdo').replace('publicUrl', 'publcUrl')
  const cwd = directoryWith({ 'bad.yaml': bad })
  expect(await rolecall(['config', 'check', 'bad.yaml'], { cwd, env })).toEqual({
    code: exitCodes.configuration.code,
    out: '',
    err: `bad.yaml:1:1: publicUrl: this key is required and missing
  The address that browsers use; https, or http on loopback.
bad.yaml:1:1: publcUrl: this key is not known here
  did you mean \`publicUrl\`?
bad.yaml:9:40: grants[0].account: there is no account with this alias ("prdo")
  did you mean \`prod\`?
rolecall: 3 problems in bad.yaml
hint: nothing was changed; mend the file and try again
`,
  })
})

test('with --json the problems are on standard output and nothing is on standard error', async () => {
  const cwd = directoryWith({ 'bad.yaml': good.replace('{ env: KEY }', 'S3CRETMARKER') })
  const bad = await rolecall(['config', 'check', 'bad.yaml', '--json'], { cwd })
  expect([bad.code, bad.err]).toEqual([exitCodes.configuration.code, ''])
  expect(JSON.parse(bad.out)).toMatchObject({
    ok: false,
    problems: [{ line: 5, key: 'aws.credentials.accessKeyId', value: '[redacted]' }],
    warnings: [{ line: 6, key: 'aws.credentials.secretAccessKey', value: '[redacted]' }],
  })
  expect(bad.out).not.toContain('S3CRETMARKER')
  const fine = await rolecall(['config', 'check', 'bad.yaml', '--json'], { cwd, env })
  expect([fine.code, JSON.parse(fine.out)]).toMatchObject([0, { ok: true, problems: [] }])
})

test('a warning is told and does not fail', async () => {
  const cwd = directoryWith({ 'c.yaml': good.replace('{ env: KEY }', 'S3CRETMARKER') })
  const { code, err } = await rolecall(['config', 'check', 'c.yaml'], { cwd, env })
  expect(code).toBe(0)
  expect(err).toMatch(/^warning: c\.yaml:6:22: aws\.credentials\.secretAccessKey: a secret stands/)
  expect(err).not.toContain('S3CRETMARKER')
})

test('names from the file cannot move the cursor or colour the terminal', async () => {
  const cwd = directoryWith({ 'c.yaml': `${good}"\\e[31mred\\e]0;title\\a": 1\n` })
  const { code, err } = await rolecall(['config', 'check', 'c.yaml'], { cwd, env })
  expect(code).toBe(exitCodes.configuration.code)
  expect(err).toContain('[31mred')
  expect(err).not.toMatch(/[^\P{Cc}\n]/u)
})

test('the schema is JSON and knows every part of the file', async () => {
  const { code, out, err } = await rolecall(['config', 'schema'])
  expect([code, err]).toEqual([0, ''])
  const parts = ['publicUrl', 'listen', 'store', 'signIn', 'aws', 'accounts', 'grants', 'targets']
  expect(Object.keys(JSON.parse(out).properties)).toEqual(expect.arrayContaining(parts))
})

test('no verb has written beside the file', async () => {
  const cwd = directoryWith({ 'c.yaml': good })
  await rolecall(['config', 'check', 'c.yaml'], { cwd, env })
  expect(readFileSync(join(cwd, 'c.yaml'), 'utf8')).toBe(good)
})
