/** What every service provider of another maker must do with our identity provider's answers. */
import assert from 'node:assert/strict'
import { statusCodes } from '@rolecall/saml'
import { createVisitor, type Form, readForm, type Visitor } from '@rolecall/simulator'
import { changeCiphertext } from '../change-ciphertext.ts'
import type { RunCheck } from '../suites/suite.ts'
import { checkLogout, type Logout } from './check-logout.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { person, type Variant } from './variants.ts'

/** A service provider that we did not write. */
export interface ServiceProvider {
  readonly name: string
  readonly metadata: string
  /** Where it sends a browser that wants to be signed in. */
  begin(visitor: Visitor): Promise<string>
  /** Brings it the form that our identity provider answered with: what it believes, or why not. */
  finish(visitor: Visitor, form: Form): Promise<Outcome>
  /** Where it does single logout. */
  readonly logout?: Logout
}

export type Outcome = { readonly facts: Facts } | { readonly refused: string }

/** Whom a service provider takes the person for. */
export interface Facts {
  readonly nameId: string
  readonly attributes: Readonly<Record<string, readonly string[]>>
}

/** How it is to answer. */
export interface Expected {
  readonly variants: readonly Variant[]
  /** What its refusal of a signature that does not hold must say, so that it is no other refusal. */
  readonly badSignature: RegExp
  /** What it says when it could not decrypt the assertion. */
  readonly badEncryption: RegExp
  /** What it must say when the identity provider answered with a status and no assertion. */
  readonly errorStatus: RegExp
}

/** Runs all checks of one service provider. */
export async function checkServiceProvider(
  check: RunCheck,
  idp: IdentityProvider,
  peer: ServiceProvider,
  { variants, badSignature, badEncryption, errorStatus }: Expected,
): Promise<void> {
  const { name } = peer

  async function signIn(
    change: (xml: string) => string = xml => xml,
    visitor = createVisitor({ follow: false }),
  ): Promise<Outcome> {
    const page = await visitor.get(await peer.begin(visitor))
    assert.equal(page.status, 200, page.body)
    const form = readForm(page, 'SAMLResponse')
    const xml = Buffer.from(form.fields.SAMLResponse ?? '', 'base64').toString()
    const SAMLResponse = Buffer.from(change(xml)).toString('base64')
    return peer.finish(visitor, { ...form, fields: { ...form.fields, SAMLResponse } })
  }

  async function isRefused(
    outcome: Promise<Outcome>,
    ...reasons: readonly RegExp[]
  ): Promise<void> {
    const answer = await outcome
    assert('refused' in answer, `${name} took it: ${JSON.stringify(answer)}`)
    assert(
      reasons.some(reason => reason.test(answer.refused)),
      `${name} refused it by another reason: ${answer.refused}`,
    )
  }

  await check(`we read the metadata of ${name}`, () => {
    const { sp } = idp.register(peer.metadata)
    assert((sp?.acsEndpoints.length ?? 0) > 0)
    assert((sp?.signingCertificates.length ?? 0) > 0)
    assert((sp?.encryptionCertificates.length ?? 0) > 0)
  })
  await check(`we refuse its signed request with a changed RelayState or signature`, async () => {
    for (const parameter of ['RelayState', 'Signature']) {
      const url = new URL(await peer.begin(createVisitor({ follow: false })))
      const value = url.searchParams.get(parameter) ?? ''
      url.searchParams.set(parameter, `${value.startsWith('A') ? 'B' : 'A'}${value.slice(1)}`)
      const page = await createVisitor().get(url.href)
      assert.equal(page.status, 400)
      assert.match(page.body, /^signature\.value:/)
    }
  })
  for (const variant of variants) {
    await check(`${name} takes it: ${variant.title}; each value arrives unchanged`, async () => {
      idp.answerWith(variant)
      const outcome = await signIn(xml => {
        assert.equal(xml.includes('EncryptedData'), variant.encrypt !== undefined)
        assert.equal(xml.includes('<saml:NameID'), variant.encrypt === undefined)
        return xml
      })
      assert('facts' in outcome, JSON.stringify(outcome))
      assert.equal(outcome.facts.nameId, person.nameId)
      assert.deepEqual(outcome.facts.attributes, person.attributes)
      assert.equal(idp.received.at(-1)?.signed, true)
    })
    await check(`${name} refuses it with a changed value: ${variant.title}`, async () => {
      idp.answerWith(variant)
      const isEncrypted = variant.encrypt !== undefined
      // Which of the two it looks at first is its own choice.
      const reasons = isEncrypted ? [badSignature, badEncryption] : [badSignature]
      await isRefused(signIn(isEncrypted ? changeCiphertext : withOtherValue), ...reasons)
    })
  }
  await check(`${name} refuses a signature by a key that our metadata does not have`, async () => {
    idp.answerWith('stranger')
    await isRefused(signIn(), badSignature)
  })
  await check(`${name} understands that nobody was signed in`, async () => {
    idp.answerWith({ code: statusCodes.responder, subCode: statusCodes.authnFailed })
    await isRefused(signIn(), errorStatus)
  })
  const { logout } = peer
  const [variant] = variants
  if (logout === undefined || variant === undefined) return
  await checkLogout(check, idp, { name, logout }, (visitor, nameId) => {
    idp.answerWith(variant, nameId)
    return signIn(undefined, visitor)
  })
}

function withOtherValue(xml: string): string {
  return xml.replace('>staff<', '>admin<')
}
