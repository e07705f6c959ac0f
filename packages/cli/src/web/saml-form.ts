import { isAwsSignIn } from '../providers/browser/aws-sign-in.ts'
import type { Assertion } from '../providers/provider.ts'
import type { Page } from './page.ts'
import { readPage } from './page.ts'

/** Characters of `SAMLResponse` that AWS takes (AssumeRoleWithSAML). */
const maxResponse = 100_000

/**
 * The response in a page's form (SAML 2.0 Bindings, 3.5): the form with the field `SAMLResponse`, of several
 * the one to AWS. Undefined when there is none, or what it holds is no base64 or more than AWS takes.
 */
export function findSamlForm(page: Page | string, base: string): Assertion | undefined {
  const { forms } = typeof page === 'string' ? readPage(page, base) : page
  const found: Assertion[] = []
  for (const form of forms) {
    const samlResponse = form.field('SAMLResponse')?.value.replace(/\s+/g, '') ?? ''
    if (samlResponse === '' || samlResponse.length > maxResponse) continue
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(samlResponse)) continue
    found.push(Object.freeze({ samlResponse, acsUrl: form.action }))
  }
  return found.find(({ acsUrl }) => isAwsSignIn(acsUrl ?? '', undefined)) ?? found[0]
}
