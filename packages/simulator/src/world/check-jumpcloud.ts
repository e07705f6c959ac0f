import { createPublicKey } from 'node:crypto'
import type { ReportProblem } from '../report-problem.ts'
import type { LoadedSamlProvider } from './loaded.ts'
import type { WorldDocument } from './schema.ts'

/** What a schema cannot see of the JumpCloud tenant: names used twice, keys that are none, a tenant that is missing. */
export function checkJumpCloud(
  { jumpCloud }: WorldDocument,
  samlProviders: ReadonlyMap<string, LoadedSamlProvider>,
  report: ReportProblem,
): void {
  for (const { arn, metadata } of samlProviders.values()) {
    if (metadata !== 'jumpcloud' || jumpCloud !== undefined) continue
    report(['jumpCloud'], arn, 'a SAML provider is of it', 'Add jumpCloud, or name other metadata.')
  }
  const seen = new Set<string>()
  const once = (name: string, path: readonly (string | number)[]) => {
    if (seen.has(name)) report(['jumpCloud', ...path], name, 'used twice', 'Give each its own.')
    seen.add(name)
  }
  jumpCloud?.people.forEach(({ email, securityKeys }, index) => {
    once(email.toLowerCase(), ['people', index, 'email'])
    securityKeys.forEach(({ id, publicKey }, number) => {
      const path = ['people', index, 'securityKeys', number]
      once(id, [...path, 'id'])
      if (isP256(publicKey)) return
      const at = ['jumpCloud', ...path, 'publicKey']
      report(at, publicKey, 'not a public key on P-256', 'Write it as PEM: BEGIN PUBLIC KEY.')
    })
  })
  jumpCloud?.applications.forEach(({ name }, index) => {
    once(name, ['applications', index, 'name'])
  })
}

function isP256(pem: string): boolean {
  try {
    return createPublicKey(pem).asymmetricKeyDetails?.namedCurve === 'prime256v1'
  } catch {
    return false
  }
}
