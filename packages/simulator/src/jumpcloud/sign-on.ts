import { type Incoming, type Outgoing, redirect } from '../http/exchange.ts'
import { html, pageResponse } from '../http/html.ts'
import { awsAcs, issueAwsResponse } from '../idp/aws-sign-on.ts'
import { idpStyle } from '../idp/style.ts'
import { sessionCookie, sessionOf, type Tenant } from './tenant.ts'

/** `GET /saml2/NAME`: the response for AWS, the sign-in page, or what a policy puts in the way. */
export function openApplication(tenant: Tenant, request: Incoming): Outgoing {
  const name = request.path.slice('/saml2/'.length)
  const application = tenant.document.applications.find(
    each => each.name === name && each.active && each.type === 'saml',
  )
  if (application === undefined) return page(404, 'Application not found')
  const person = sessionOf(tenant, request)?.person
  if (person === undefined) {
    return redirect(302, `${tenant.consoleUrl}/login?context=sso&redirectTo=saml2/${name}`)
  }
  const { people, policy, roles, sessionDuration } = application
  if (people !== undefined && !people.includes(person.email)) return page(403, 'Access denied')
  if (policy !== undefined) {
    return redirect(
      302,
      'error' in policy ? `${tenant.consoleUrl}/login?error=${policy.error}` : policy.leadsTo,
    )
  }
  const { email } = person
  const pairs = roles.map(({ role, provider }) => `${role},${provider}`)
  const facts = { nameId: email, sessionName: email, roles: pairs, sessionDuration }
  return postPage(issueAwsResponse(tenant.identity, facts, tenant.now()))
}

/** Posts the response to AWS: at once with scripts, by its button without. */
function postPage(samlResponse: string): Outgoing {
  return pageResponse({
    title: 'JumpCloud',
    style: idpStyle,
    body: html`<form method="post" action="${awsAcs}"><input type="hidden" name="SAMLResponse" value="${samlResponse}"><input type="hidden" name="RelayState" value=""><button>Continue</button></form>`,
    script: 'document.forms[0].submit()',
    formAction: ['http:', 'https:'],
  })
}

/** `GET /saml2/NAME/slo`: ends the session. */
export function signOff(tenant: Tenant, request: Incoming): Outgoing {
  const session = sessionOf(tenant, request)
  if (session !== undefined) tenant.sessions.delete(session.id)
  return redirect(302, `${tenant.consoleUrl}/login`, {
    'set-cookie': `${sessionCookie}=; Path=/; Max-Age=0`,
  })
}

const page = (status: number, title: string) =>
  pageResponse({ status, title, style: idpStyle, body: html`<h1>${title}</h1>` })
