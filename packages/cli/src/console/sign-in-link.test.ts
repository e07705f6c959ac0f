import { httpSend, StsClient, staticCredentials } from '@rolecall/aws'
import { createVisitor, startSimulator } from '@rolecall/simulator'
import { afterAll, expect, test } from 'vitest'
import type { RoleKeys } from '../sources/source.ts'
import { type LinkWish, signInLink } from './sign-in-link.ts'

const simulator = await startSimulator()
afterAll(() => simulator.close())

const destination = 'https://eu-central-1.console.aws.amazon.com/ec2/home?region=eu-central-1'
const issuer = 'https://aws.example.com/'
const plain: LinkWish = {
  destination,
  issuer,
  durationSeconds: undefined,
  logoutFirst: false,
}
const roleArn = 'arn:aws:iam::100000000002:role/ReadOnly'

async function keysOfRole(): Promise<RoleKeys> {
  const sts = new StsClient({
    endpoint: simulator.stsEndpoint,
    region: 'eu-central-1',
    credentials: staticCredentials({
      accessKeyId: 'AKIAROLECALLDEMOONLY',
      secretAccessKey: 'RolecallDemoSecretKeyNotARealAwsKey/0000',
    }),
  })
  const taken = await sts.assumeRole({ roleArn, roleSessionName: 'alice' })
  const { accessKeyId, secretAccessKey, sessionToken = '', expiration } = taken.credentials
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiration: expiration?.toISOString() ?? '',
    roleArn,
    accountId: '100000000002',
    assumedRoleArn: 'arn:aws:sts::100000000002:assumed-role/ReadOnly/alice',
    region: undefined,
    endpointUrl: simulator.stsEndpoint,
    notes: [],
  }
}

const keys = await keysOfRole()

test('the link opens a console session at the page that was wanted', async () => {
  const { url, note } = await signInLink(keys, plain, httpSend)
  expect(note).toBeUndefined()
  const query = new URL(url).searchParams
  expect(query.get('Action')).toBe('login')
  expect(query.get('Destination')).toBe(destination)
  expect(query.get('Issuer')).toBe(issuer)
  expect(url).not.toContain(keys.secretAccessKey)
  const page = await createVisitor().get(url)
  expect(page.status).toBe(200)
  expect(page.body).toContain('ReadOnly')
})

test('a length that AWS does not give is told, and the link still works', async () => {
  const long = await signInLink(keys, { ...plain, durationSeconds: 43_200 }, httpSend)
  expect(long.note).toBe(
    `AWS gives this role no console session of 43200 s: it lasts until ${keys.expiration}`,
  )
  expect((await createVisitor().get(long.url)).status).toBe(200)
  const short = await signInLink(keys, { ...plain, durationSeconds: 900 }, httpSend)
  expect(short.note).toBeUndefined()
})

test('a logout first leads to the login, on the one host of AWS that goes on', async () => {
  const asked: string[] = []
  const send: typeof httpSend = async request => {
    asked.push(request.url)
    return { status: 200, headers: {}, body: '{"SigninToken":"token"}' }
  }
  const wish = { ...plain, logoutFirst: true }
  const { url } = await signInLink({ ...keys, endpointUrl: undefined }, wish, send)
  expect(asked).toEqual(['https://us-east-1.signin.aws.amazon.com/federation'])
  const address = new URL(url)
  expect(address.origin + address.pathname).toBe('https://us-east-1.signin.aws.amazon.com/oauth')
  expect(address.searchParams.get('Action')).toBe('logout')
  const next = new URL(address.searchParams.get('redirect_uri') ?? '')
  expect(next.origin + next.pathname).toBe('https://us-east-1.signin.aws.amazon.com/federation')
  expect(next.searchParams.get('SigninToken')).toBe('token')

  const china = 'arn:aws-cn:iam::100000000002:role/x'
  const { url: other } = await signInLink(
    { ...keys, endpointUrl: undefined, roleArn: china },
    { ...wish, destination: 'https://console.amazonaws.cn/' },
    send,
  )
  expect(new URL(other).host).toBe('signin.amazonaws.cn')
})

test('keys that AWS does not take are no secret in the message', async () => {
  const wrong = { ...keys, secretAccessKey: 'a-wrong-secret-of-nobody' }
  const failing = signInLink(wrong, plain, httpSend)
  await expect(failing).rejects.toMatchObject({ reason: 'credentials' })
  await expect(failing).rejects.not.toThrow(/a-wrong-secret|SigninToken/)
})
