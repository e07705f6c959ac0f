/** A small identity provider on loopback, made of what `@rolecall/saml` exports and nothing else. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type AuthnRequest,
  bindings,
  buildMetadata,
  chooseAcs,
  type ErrorStatus,
  issueResponse,
  type MetadataEntity,
  nameIdFormats,
  newId,
  readAuthnRequest,
  readMetadata,
  type SigningKey,
} from '@rolecall/saml'
import type { Lifetime } from '../lifetime.ts'
import { makeKeyPair } from '../peers/key-pair.ts'
import { listen, type Routes } from './listen.ts'
import { postPage } from './post-page.ts'
import { createSingleLogout, type SingleLogout } from './single-logout.ts'
import { person, type Variant, variantKeys } from './variants.ts'

/** A running identity provider: every sign-in is `person`'s, at once and without a question. */
export interface IdentityProvider {
  readonly entityId: string
  /** Its metadata, which lists the key of every variant, and a file with it. */
  readonly metadata: string
  readonly metadataFile: string
  /** The requests that it took, the latest last. */
  readonly received: readonly AuthnRequest[]
  readonly logout: SingleLogout
  readonly signingKey: SigningKey
  /** A key that its metadata does not have. */
  readonly stranger: SigningKey
  /** Takes the signed requests of a service provider from now on. */
  register(spMetadata: string): MetadataEntity
  /** How it answers from now on, with `'stranger'` signed by that key, and about whom. */
  answerWith(answer: Variant | ErrorStatus | 'stranger', nameId?: string): void
}

/** Starts it. */
export async function startIdentityProvider(lifetime: Lifetime): Promise<IdentityProvider> {
  const folder = lifetime.folder('idp')
  const keyPairs = new Map(variantKeys.map(kind => [kind, makeKeyPair(folder, kind, kind)]))
  const { key, certificate } = makeKeyPair(folder, 'stranger')
  const stranger = { key, certificate }
  const known = new Map<string, MetadataEntity>()
  const received: AuthnRequest[] = []
  let next: Variant | ErrorStatus | 'stranger' = 'stranger'
  let nameId: string = person.nameId

  const routes: Routes = {
    '/sso': async ({ query, fields }) => {
      const samlRequest = fields.get('SAMLRequest')
      const request = await readAuthnRequest(
        samlRequest === null
          ? { binding: 'redirect', query }
          : { binding: 'post', samlRequest, relayState: fields.get('RelayState') ?? undefined },
        {
          entity: issuer => known.get(issuer),
          requireSignature: true,
          destination: ssoUrl,
          now: new Date(),
        },
      )
      const entity = known.get(request.issuer)
      if (entity === undefined) throw new Error(`unknown service provider ${request.issuer}`)
      const acsUrl = chooseAcs(request, entity).location
      received.push(request)
      const SAMLResponse = Buffer.from(answerTo(request, acsUrl)).toString('base64')
      return { page: postPage(acsUrl, { SAMLResponse, RelayState: request.relayState }) }
    },
    '/slo': exchange => logout.receive(exchange),
  }

  function answerTo(request: AuthnRequest, acsUrl: string): string {
    const base = {
      idp: { entityId },
      sp: { entityId: request.issuer, acsUrl },
      inResponseTo: request.id,
      now: new Date(),
    }
    if (next !== 'stranger' && 'code' in next) {
      return issueResponse({ ...base, status: next }, { ...signer('rsa-2048'), sign: 'response' })
    }
    const sessionIndex = newId()
    const { attributes } = person
    const facts = { ...base, subject: { nameId }, attributes, sessionIndex }
    if (next === 'stranger') return issueResponse(facts, { ...stranger, sign: 'both' })
    // With the Format that the assertion writes by default: lasso compares what is written.
    const named = { value: nameId, format: nameIdFormats.unspecified }
    logout.sessions.add({ peer: request.issuer, nameId: named, sessionIndex })
    const signing = { ...signer(next.key), sign: next.sign }
    if (next.encrypt === undefined) return issueResponse(facts, signing)
    const [key] = known.get(request.issuer)?.sp?.encryptionCertificates ?? []
    if (key === undefined) throw new Error(`${request.issuer} has no encryption key`)
    return issueResponse(facts, { ...signing, encrypt: { key, ...next.encrypt } })
  }

  function signer(kind: Variant['key']) {
    const pair = keyPairs.get(kind)
    if (pair === undefined) throw new Error(`no key ${kind}: add it to variantKeys`)
    return { key: pair.key, certificate: pair.certificate }
  }

  const origin = await listen(lifetime, routes)
  const entityId = `${origin}/metadata`
  const ssoUrl = `${origin}/sso`
  const sloUrl = `${origin}/slo`
  const signingKey = signer('rsa-2048')
  const logout = createSingleLogout({ entityId, sloUrl, known, sign: signingKey })
  const metadata = buildMetadata({
    entityId,
    idp: {
      ssoEndpoints: [
        { binding: bindings.redirect, location: ssoUrl },
        { binding: bindings.post, location: ssoUrl },
      ],
      sloEndpoints: [{ binding: bindings.redirect, location: sloUrl }],
      signingCertificates: [...keyPairs.values()].map(({ certificate }) => certificate),
      wantAuthnRequestsSigned: true,
    },
  })
  const metadataFile = join(folder, 'metadata.xml')
  writeFileSync(metadataFile, metadata)
  return {
    entityId,
    metadata,
    metadataFile,
    received,
    logout,
    signingKey,
    stranger,
    register(spMetadata) {
      const entity = readMetadata(spMetadata, { now: new Date() }).entities[0]
      if (entity?.sp === undefined) throw new Error('the metadata is not of a service provider')
      known.set(entity.entityId, entity)
      return entity
    },
    answerWith(answer, name = person.nameId) {
      next = answer
      nameId = name
    },
  }
}
