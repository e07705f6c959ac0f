/** Single logout against Lasso as the service provider: it asks us and we ask it, by every binding. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  bindings,
  buildLogoutRequest,
  isEndedBy,
  issueResponse,
  type LogoutRequestInput,
  type LogoutResponseInput,
  readLogoutRequest,
  readLogoutResponse,
} from '@rolecall/saml'
import type { RunCheck, Suite } from './suite.ts'

const idp = { entityId: 'https://idp.example/metadata', sloUrl: 'https://idp.example/slo' }
const sp = {
  entityId: 'https://sp.example/metadata',
  acsUrl: 'https://sp.example/acs',
  sloUrl: 'https://sp.example/slo',
}
const nameId = {
  value: 'ålice & "bob"',
  format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  nameQualifier: idp.entityId,
  spNameQualifier: sp.entityId,
}
const bindingNames = ['redirect', 'post', 'soap'] as const

interface Message {
  readonly url: string
  readonly body: string | null
}

interface Answer {
  readonly asked: Readonly<Record<string, Message & { readonly id: string }>>
  readonly answered: Readonly<
    Record<string, Message & { readonly status: string; readonly nameId: string }>
  >
  readonly refused: Readonly<Record<string, string>>
}

/** `npm run interop -- logout` */
export const logoutSuite: Suite = {
  name: 'logout',
  title: 'single logout with Lasso, both ways, by Redirect, POST and SOAP',
  packages: ['python3-lasso', 'openssl'],
  run: async check => {
    const folder = mkdtempSync(join(tmpdir(), 'rolecall-logout-'))
    try {
      await withLasso(folder, check)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function withLasso(folder: string, check: RunCheck): Promise<void> {
  const ours = keyPair(folder, 'idp')
  const theirs = keyPair(folder, 'sp')
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const now = new Date()
  const response = issueResponse(
    {
      idp,
      sp,
      subject: { ...nameId, nameId: nameId.value },
      attributes: {},
      sessionIndex: '_session',
      now,
    },
    { ...ours, sign: 'assertion' },
  )
  const requestBy = (binding: (typeof bindingNames)[number], key: typeof stranger | string) => {
    const { url, form, envelope } = buildLogoutRequest({
      issuer: idp.entityId,
      destination: sp.sloUrl,
      binding,
      nameId,
      sessionIndexes: ['_session'],
      id: `_from-idp-${binding}`,
      sign: { key },
      now,
    })
    return envelope ?? form?.SAMLRequest ?? queryOf(url)
  }
  const all = (key: typeof stranger | string) =>
    Object.fromEntries(bindingNames.map(binding => [binding, requestBy(binding, key)]))
  const { asked, answered, refused }: Answer = lasso({
    idp: idp.entityId,
    spMetadata: metadataOf('SP', sp.entityId, theirs.certificate),
    idpMetadata: metadataOf('IDP', idp.entityId, ours.certificate),
    spKey: theirs.key,
    response: Buffer.from(response).toString('base64'),
    requests: all(ours.key),
    forged: all(stranger),
  })
  const peer = { entityId: sp.entityId, signingKeys: [theirs.certificate] }
  for (const binding of bindingNames) {
    await check(
      `Lasso's LogoutRequest by ${binding} ends the session that was opened`,
      async () => {
        const sent = asked[binding]
        assert(sent !== undefined)
        const input = inputOf(binding, sent, 'samlRequest') as LogoutRequestInput
        const replay = { seen: () => false }
        const options = { peer, destination: idp.sloUrl, now: new Date(), replay }
        const request = await readLogoutRequest(input, options)
        const session = { peer: sp.entityId, nameId, sessionIndex: '_session' }
        assert(isEndedBy(session, request), JSON.stringify(request))
      },
    )
    await check(`Lasso takes our LogoutRequest by ${binding}, and we its answer`, async () => {
      const answer = answered[binding]
      assert(answer !== undefined)
      assert.deepEqual([answer.status, answer.nameId], ['valid', nameId.value])
      const input = inputOf(binding, answer, 'samlResponse') as LogoutResponseInput
      const { outcome } = await readLogoutResponse(input, {
        peer,
        destination: idp.sloUrl,
        inResponseTo: `_from-idp-${binding}`,
        now: new Date(),
      })
      assert.equal(outcome, 'complete')
    })
    await check(`Lasso refuses a LogoutRequest by ${binding} that another key signed`, () => {
      assert.match(refused[binding] ?? '', /signature/i)
    })
  }
}

function inputOf(binding: string, { url, body }: Message, field: string) {
  if (binding === 'redirect') return { binding, query: queryOf(url) }
  return binding === 'soap' ? { binding, envelope: body ?? '' } : { binding, [field]: body ?? '' }
}

const queryOf = (url: string) => url.slice(url.indexOf('?') + 1)

function keyPair(folder: string, name: string): { key: string; certificate: string } {
  const [key, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)]
  const request = ['req', '-x509', '-nodes', '-days', '2', '-subj', '/CN=interop']
  const files = ['-newkey', 'rsa:2048', '-keyout', key, '-out', certificate]
  execFileSync('openssl', [...request, ...files], { stdio: 'ignore' })
  return { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') }
}

function metadataOf(role: 'SP' | 'IDP', entityId: string, certificate: string): string {
  const base64 = certificate.replace(/-----[A-Z ]+-----|\s/g, '')
  const endpoint = (service: string, binding: string, location: string) =>
    `<${service} Binding="${binding}" Location="${location}"/>`
  const { redirect, post, soap } = bindings
  const slo = [redirect, post, soap].map(binding =>
    endpoint('SingleLogoutService', binding, role === 'SP' ? sp.sloUrl : idp.sloUrl),
  )
  const last =
    role === 'SP'
      ? endpoint('AssertionConsumerService index="0"', post, sp.acsUrl)
      : endpoint('SingleSignOnService', redirect, 'https://idp.example/sso')
  return `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"><${role}SSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${base64}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>${slo.join('')}${last}</${role}SSODescriptor></EntityDescriptor>`
}

function lasso(given: object): Answer {
  const script = new URL('../lasso-logout.py', import.meta.url).pathname
  return JSON.parse(
    execFileSync('/usr/bin/python3', [script], { input: JSON.stringify(given), encoding: 'utf8' }),
  ) as Answer
}
