/** The main job on real parts: SimpleSAMLphp signs in, the `aws` command and boto3 use the keys. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createVisitor, type Demo, freePort, signIn, startDemo } from '@rolecall/cli/demo'
import type { CredentialsView, Me } from '@rolecall/server/api'
import { inLifetime } from '../lifetime.ts'
import { startSimpleSamlPhp } from '../peers/simplesamlphp.ts'
import type { RunCheck, Suite } from './suite.ts'

const people = {
  alice: {
    uid: ['alice'],
    displayName: ['Alice Moreau'],
    mail: ['alice@acme.example'],
    memberOf: ['staff', 'platform', 'developers', 'R&D <"quoted">'],
  },
  bob: {
    uid: ['bob'],
    displayName: ['Bob Okafor'],
    mail: ['bob@acme.example'],
    memberOf: ['staff'],
  },
}

/** `npm run interop -- main-job` */
export const awsCommandSuite: Suite = {
  name: 'main-job',
  title: 'SimpleSAMLphp is the identity provider, the aws command and boto3 use the keys',
  packages: [
    ...['simplesamlphp', 'php-cli', 'php-xml', 'php-mbstring', 'php-curl'],
    ...['openssl', 'awscli', 'python3-boto3'],
  ],
  run: check =>
    inLifetime(async lifetime => {
      const port = await freePort()
      const ours = `http://127.0.0.1:${port}/signin/saml/company`
      const idp = await startSimpleSamlPhp(lifetime, {
        serviceProviders: [{ entityId: `${ours}/metadata`, acsUrl: `${ours}/acs` }],
        people,
      })
      const demo = await startDemo({ port, idpMetadataUrl: idp.metadataUrl })
      lifetime.onEnd(() => demo.close())
      await mainJob(demo, check)
    }),
}

async function mainJob(demo: Demo, check: RunCheck): Promise<void> {
  const alice = createVisitor()
  const role = 'arn:aws:sts::100000000002:assumed-role/Administrator/alice'
  await check('alice signs in at SimpleSAMLphp; her facts arrive byte for byte', async () => {
    await signIn(alice, demo.url, 'alice', 'alice')
    const me = JSON.parse((await alice.get(`${demo.url}/api/v1/me`)).body) as Me
    assert.equal(me.username, 'alice')
    assert.equal(me.displayName, 'Alice Moreau')
    assert.deepEqual(me.groups, people.alice.memberOf)
  })
  const answer = await alice.postJson(`${demo.url}/api/v1/roles/prod/Administrator/credentials`, {})
  assert.equal(answer.status, 200, answer.body)
  const keys = JSON.parse(answer.body) as CredentialsView
  const endpoint = ['--endpoint-url', demo.simulator.stsEndpoint]

  await check('aws sts get-caller-identity with the keys in the environment', async () => {
    const identity = await aws([...endpoint, 'sts', 'get-caller-identity'], {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_SESSION_TOKEN: keys.sessionToken,
      AWS_REGION: keys.region,
    })
    assert.equal(identity.Arn, role)
    assert.equal(identity.Account, '100000000002')
  })
  await check('aws sts get-caller-identity with the keys in a credentials file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rolecall-interop-'))
    try {
      const file = join(folder, 'credentials')
      const lines = [
        '[prod]',
        `aws_access_key_id = ${keys.accessKeyId}`,
        `aws_secret_access_key = ${keys.secretAccessKey}`,
        `aws_session_token = ${keys.sessionToken}`,
      ]
      writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
      const identity = await aws([...endpoint, '--profile', 'prod', 'sts', 'get-caller-identity'], {
        AWS_SHARED_CREDENTIALS_FILE: file,
        AWS_REGION: keys.region,
      })
      assert.equal(identity.Arn, role)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
  await check('boto3 with the keys', async () => {
    const script = [
      'import boto3, json, sys',
      'sts = boto3.client("sts", endpoint_url=sys.argv[1])',
      'print(json.dumps(sts.get_caller_identity()["Arn"]))',
    ].join('\n')
    const { stdout } = await promisify(execFile)(
      '/usr/bin/python3',
      ['-c', script, demo.simulator.stsEndpoint],
      {
        env: {
          AWS_ACCESS_KEY_ID: keys.accessKeyId,
          AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
          AWS_SESSION_TOKEN: keys.sessionToken,
          AWS_DEFAULT_REGION: keys.region,
        },
        timeout: 60_000,
      },
    )
    assert.equal(JSON.parse(stdout), role)
  })
  await check('the aws command is refused with a changed key', async () => {
    const wrong = {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: `${keys.secretAccessKey}x`,
      AWS_SESSION_TOKEN: keys.sessionToken,
      AWS_REGION: keys.region,
    }
    await assert.rejects(
      aws([...endpoint, 'sts', 'get-caller-identity'], wrong),
      /SignatureDoesNotMatch/,
    )
  })
  await check('bob of the wrong group is refused', async () => {
    const bob = createVisitor()
    await signIn(bob, demo.url, 'bob', 'bob')
    const path = '/api/v1/roles/prod/Administrator/credentials'
    assert.equal((await bob.postJson(`${demo.url}${path}`, {})).status, 403)
  })
}

/**
 * Runs the command with nothing of this machine's AWS settings; its JSON answer. It must not be
 * waited for synchronously: the simulated AWS runs in this process.
 */
async function aws(
  args: readonly string[],
  env: Record<string, string>,
): Promise<Record<string, unknown>> {
  const program = existsSync('/usr/bin/aws') ? '/usr/bin/aws' : 'aws'
  const home = mkdtempSync(join(tmpdir(), 'rolecall-interop-home-'))
  try {
    const { stdout } = await promisify(execFile)(program, [...args, '--output', 'json'], {
      env: { PATH: process.env.PATH, HOME: home, AWS_EC2_METADATA_DISABLED: 'true', ...env },
      timeout: 60_000,
    })
    return JSON.parse(stdout) as Record<string, unknown>
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
