import type { OktaPerson } from './loaded.ts'

/** A factor as Okta's API describes it, with what checks it. */
export interface OktaFactor {
  readonly id: string
  readonly factorType: string
  readonly provider: string
  readonly profile: Readonly<Record<string, string>>
}

/** The factors of a person: https://developer.okta.com/docs/reference/api/factors/ */
export function factorsOf({ okta, totp, securityKeys }: OktaPerson): readonly OktaFactor[] {
  const { push, sms, call, email, question, hardwareToken, duo } = okta
  const factor = (
    id: string,
    factorType: string,
    provider: string,
    profile: OktaFactor['profile'] = {},
  ) => [{ id, factorType, provider, profile }]
  return [
    ...(push === undefined ? [] : factor('opf1', 'push', 'OKTA', { name: 'Phone' })),
    ...totp.flatMap(({ label }, place) =>
      factor(`tot${place}`, 'token:software:totp', label === 'Okta Verify' ? 'OKTA' : 'GOOGLE'),
    ),
    ...(sms === undefined ? [] : factor('sms1', 'sms', 'OKTA', { phoneNumber: sms.to })),
    ...(call === undefined ? [] : factor('clf1', 'call', 'OKTA', { phoneNumber: call.to })),
    ...(email === undefined ? [] : factor('emf1', 'email', 'OKTA', { email: email.to })),
    ...(question === undefined
      ? []
      : factor('qst1', 'question', 'OKTA', { question: 'own', questionText: question.text })),
    ...(hardwareToken === undefined
      ? []
      : factor(
          'hwt1',
          hardwareToken.provider === 'YUBICO' ? 'token:hardware' : 'token',
          hardwareToken.provider,
        )),
    ...(duo ? factor('dsf1', 'web', 'DUO') : []),
    ...securityKeys.flatMap(({ id, label }, place) =>
      factor(`fwf${place}`, 'webauthn', 'FIDO', { credentialId: id, authenticatorName: label }),
    ),
  ]
}
