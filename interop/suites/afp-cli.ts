/** The command of AWS Federation Proxy, unchanged, with our federation API in place of its server. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StsClient, staticCredentials } from '@rolecall/aws'
import { freePort } from '@rolecall/cli/demo'
import { demoWorld, type Simulator, startSimulator } from '@rolecall/simulator'
import { inLifetime, type Lifetime } from '../lifetime.ts'
import { type AfpCli, afpCliPackages, installAfpCli } from '../peers/afp-cli.ts'
import { rolecallMain, startRolecall } from '../peers/rolecall.ts'
import type { RunCheck, Suite } from './suite.ts'

const password = 'a good long password'

/** `npm run interop -- afp-cli` */
export const afpCliSuite: Suite = {
  name: 'afp-cli',
  title: 'afp and afpv2 list accounts and take keys from the federation API',
  packages: afpCliPackages,
  run: check =>
    inLifetime(async lifetime => {
      const simulator = await startSimulator({ world: demoWorld })
      lifetime.onEnd(() => simulator.close())
      const url = await serve(lifetime, simulator)
      const afp = await installAfpCli(lifetime)
      await commands(check, afp, `${url}/afp-api/latest`, simulator)
    }),
}

async function serve(lifetime: Lifetime, simulator: Simulator): Promise<string> {
  const port = await freePort()
  const file = join(lifetime.folder('federation-api'), 'rolecall.yaml')
  const [key] = demoWorld.accounts[0]?.users?.[0]?.accessKeys ?? []
  const config = `
publicUrl: http://127.0.0.1:${port}
listen: {port: ${port}}
aws:
  credentials: {source: static, accessKeyId: ${key?.id}, secretAccessKey: ${key?.secret}}
  endpoints: {sts: '${simulator.stsEndpoint}', federation: '${simulator.federationEndpoint}', console: '${simulator.consoleUrl}'}
accounts:
  prod: {id: '100000000002'}
  sandbox: {id: '100000000004'}
grants:
  - {name: look, groups: [staff], account: prod, role: ReadOnly}
  - {name: try, groups: [staff], account: sandbox, role: Developer}
  - {name: own, groups: [staff], account: sandbox, role: Administrator}
  - {name: gone, groups: [broken], account: sandbox, role: NotThere}
federationApi:
  - {prefix: /afp-api/latest, for: people, sources: [local]}
`
  writeFileSync(file, config)
  for (const [name, group] of [
    ['alice', 'staff'],
    ['bob', 'broken'],
  ] as const) {
    const args = [
      rolecallMain,
      'user',
      'add',
      name,
      '-c',
      file,
      '--group',
      group,
      '--password-stdin',
    ]
    execFileSync(process.execPath, args, { input: password, stdio: ['pipe', 'ignore', 'pipe'] })
  }
  const ready = /listening on (http:\S+)/
  const { match } = await startRolecall(lifetime, ['serve', '-c', file], { env: {}, ready })
  return match[1] ?? ''
}

async function commands(
  check: RunCheck,
  afp: AfpCli,
  url: string,
  simulator: Simulator,
): Promise<void> {
  const v1 = (args: string[], user = 'alice', typed = password) =>
    afp.run('afp', [`--user=${user}`, `--api-url=${url}`, ...args], typed)
  const v2 = (args: string[], user = 'alice', typed = password) =>
    afp.run('afpv2', ['-u', user, '-a', url, ...args], typed)

  await check('afp and afpv2 list accounts and roles', async () => {
    const human = 'prod       ReadOnly\nsandbox    Administrator,Developer\n'
    assert.equal((await v1([])).stdout.replace(/ +/g, ' '), human.replace(/ +/g, ' '))
    const json = await v2(['list', '-o', 'json'])
    assert.deepEqual(JSON.parse(json.stdout), {
      prod: ['ReadOnly'],
      sandbox: ['Administrator', 'Developer'],
    })
    const csv = await v2(['list', '-o', 'csv'])
    assert.equal(csv.stdout, 'prod,ReadOnly\nsandbox,Administrator,Developer\n')
  })

  for (const [title, runs] of [
    ['afp --show', () => v1(['--show', 'sandbox', 'Developer'])],
    ['afp --export', () => v1(['--export', 'sandbox', 'Developer'])],
    ['afpv2 show', () => v2(['show', 'sandbox', 'Developer'])],
    ['afpv2 export', () => v2(['export', 'sandbox', 'Developer'])],
  ] as const) {
    await check(`${title}: keys that AWS takes, with the time that they have`, async () => {
      const { code, stdout, stderr } = await runs()
      assert.equal(code, 0, stderr)
      const values = new Map(
        [...stdout.matchAll(/^(?:export )?(AWS_\w+)='(.*)'$/gm)].map(([, name, value]) => [
          name,
          value,
        ]),
      )
      assert.equal(values.get('AWS_ACCOUNT_NAME'), 'sandbox')
      assert.equal(values.get('AWS_ASSUMED_ROLE'), 'Developer')
      const seconds = Number(values.get('AWS_VALID_SECONDS'))
      assert.ok(seconds > 3000 && seconds <= 3600, `AWS_VALID_SECONDS ${seconds}`)
      await assertIdentity(simulator, {
        id: values.get('AWS_ACCESS_KEY_ID'),
        secret: values.get('AWS_SECRET_ACCESS_KEY'),
        token: values.get('AWS_SESSION_TOKEN'),
      })
    })
  }

  await check('without a role, the first one', async () => {
    const { stdout } = await v1(['--show', 'sandbox'])
    assert.match(stdout, /AWS_ASSUMED_ROLE='Administrator'/)
  })

  await check('afp --write and afpv2 write fill ~/.aws/credentials', async () => {
    for (const write of [
      () => v1(['--write', '--profile=afp', 'sandbox', 'Developer']),
      () => v2(['write', 'sandbox', 'Developer']),
    ]) {
      const { code, stderr } = await write()
      assert.equal(code, 0, stderr)
    }
    const text = readFileSync(join(afp.home, '.aws/credentials'), 'utf8')
    const settingOf = (name: string) => new RegExp(`^${name} = (.*)$`, 'm').exec(text)?.[1]
    assert.match(text, /^\[afp\]$/m)
    assert.match(text, /^\[default\]$/m)
    await assertIdentity(simulator, {
      id: settingOf('aws_access_key_id'),
      secret: settingOf('aws_secret_access_key'),
      token: settingOf('aws_session_token'),
    })
  })

  await check('refusals are shown as it shows those of its own server', async () => {
    const cases: [Awaited<ReturnType<typeof v1>>, RegExp][] = [
      [await v1([], 'alice', 'a wrong long password'), /failed: 401 Unauthorized/],
      [await v1(['--show', 'prod', 'Administrator']), /failed: Permission Denied/],
      [await v2(['show', '##..##', '??..??']), /failed: Permission Denied/],
      [await v2(['show', 'sandbox', 'NotThere'], 'bob'), /failed: Permission Denied/],
      [await v2(['show', 'nowhere']), /nowhere is not a valid AWS account/],
    ]
    for (const [{ code, stderr }, text] of cases) {
      assert.equal(code, 1, stderr)
      assert.match(stderr, text)
    }
  })
}

async function assertIdentity(
  simulator: Simulator,
  keys: Readonly<Record<'id' | 'secret' | 'token', string | undefined>>,
): Promise<void> {
  const credentials = staticCredentials({
    accessKeyId: keys.id ?? '',
    secretAccessKey: keys.secret ?? '',
    sessionToken: keys.token ?? '',
  })
  const sts = new StsClient({ region: 'us-east-1', endpoint: simulator.stsEndpoint, credentials })
  const expected = 'arn:aws:sts::100000000004:assumed-role/Developer/alice'
  assert.equal((await sts.getCallerIdentity()).arn, expected)
}
