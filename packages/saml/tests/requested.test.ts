import { describe, expect, test } from 'vitest'
import { authnContexts, issueResponse, ResponseStatusError, statusCodes } from '../src/index.ts'
import { honest, idp, issue, now, sp, verify } from './forge.ts'

const before = (seconds: number) => new Date(now.getTime() - seconds * 1000)
const options = {
  idp,
  sp,
  subject: { nameId: 'alice' },
  attributes: {},
  now,
  inResponseTo: '_req-1',
}
const signing = { key: honest.privateKey, sign: 'assertion' } as const

describe('ForceAuthn', () => {
  const signedInBefore = (seconds: number) =>
    issueResponse({ ...options, authnInstant: before(seconds) }, signing)
  test('takes who signed in since, the skew granted', async () => {
    const requested = { forceAuthnSince: before(30) }
    await expect(verify(signedInBefore(10), { requested })).resolves.toBeDefined()
    await expect(verify(signedInBefore(90), { requested })).resolves.toBeDefined()
    await expect(verify(signedInBefore(91), { requested })).rejects.toMatchObject({
      code: 'assertion.authn-instant',
    })
    await expect(verify(signedInBefore(91))).resolves.toBeDefined()
  })
})

describe('RequestedAuthnContext', () => {
  const by = (authnContextClassRef: string) =>
    issueResponse({ ...options, authnContextClassRef }, signing)
  test('takes one of the classes that were asked for', async () => {
    const requested = { authnContextClassRefs: [authnContexts.password, 'urn:mfa'] }
    await expect(verify(by('urn:mfa'), { requested })).resolves.toBeDefined()
    await expect(
      verify(by(authnContexts.passwordProtectedTransport), { requested }),
    ).rejects.toMatchObject({ code: 'assertion.authn-context' })
    await expect(
      verify(by('urn:mfa'), { requested: { authnContextClassRefs: [] } }),
    ).rejects.toMatchObject({ code: 'assertion.authn-context' })
  })
})

test('an answer that says no tells its status codes', async () => {
  const status = { code: statusCodes.responder, subCode: statusCodes.noPassive, message: 'no' }
  const xml = issueResponse({ idp, sp, now, inResponseTo: '_req-1', status }, signing)
  const refusal: unknown = await verify(xml).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(ResponseStatusError)
  expect(refusal).toMatchObject({
    code: 'response.status',
    statusCodes: [statusCodes.responder, statusCodes.noPassive],
  })
})

test.each([{ forceAuthnSince: 'now' }, { authnContextClassRefs: 'urn:mfa' }])(
  'refuses %j as what was requested',
  async requested => {
    await expect(
      verify(issue('assertion'), { requested: requested as never }),
    ).rejects.toMatchObject({ code: 'option.invalid' })
  },
)
