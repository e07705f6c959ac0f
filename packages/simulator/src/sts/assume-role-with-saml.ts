import { createHash } from 'node:crypto'
import { constraints } from '../query/constraints.ts'
import { roleCaller } from './caller.ts'
import { oneHour, sessionSeconds } from './duration.ts'
import { federatedRole, notAuthorized } from './federated-role.ts'
import type { Operation } from './operation.ts'
import { invalidIdentityToken, readSamlFacts } from './saml-facts.ts'
import { stale } from './saml-login.ts'
import {
  credentialsXml,
  packedPolicySize,
  parseSessionPolicies,
  readSessionPolicies,
  uniqueTags,
} from './session-parameters.ts'

/** `AssumeRoleWithSAML`, STS API reference: unsigned, the assertion is the proof. */
export const assumeRoleWithSaml: Operation = {
  signed: false,
  async run(state, parameters) {
    const check = constraints()
    const arnBounds = { min: 20, max: 2048, required: true }
    const roleArn = check.text('roleArn', parameters.text('RoleArn'), arnBounds)
    const principalArn = check.text('principalArn', parameters.text('PrincipalArn'), arnBounds)
    const assertion = check.text('sAMLAssertion', parameters.text('SAMLAssertion'), {
      min: 4,
      max: 100_000,
      required: true,
    })
    const durationSeconds = parameters.integer('DurationSeconds')
    check.number('durationSeconds', durationSeconds, 900, 43_200)
    const policies = readSessionPolicies(parameters, check)
    check.check()

    const provider = state.samlProviders.get(principalArn)
    if (provider === undefined) throw invalidIdentityToken("Specified provider doesn't exist")
    const now = state.now()
    const { response, recipient } = await state.samlLogin.verify(assertion, provider, now)
    const facts = readSamlFacts(response)
    const tags = uniqueTags(facts.tags)
    const sessionPolicies = parseSessionPolicies(policies, state.world.policies)

    const { account } = provider
    const nameQualifier = createHash('sha1')
      .update(`${facts.issuer}${account.id}/${provider.name}`)
      .digest('base64')
    const isOffered = facts.roles.some(
      pair => pair.includes(roleArn) && pair.includes(principalArn),
    )
    if (!isOffered) throw notAuthorized('sts:AssumeRoleWithSAML')
    const samlKeys = {
      'saml:aud': recipient,
      'saml:iss': facts.issuer,
      'saml:sub': facts.subject,
      'saml:sub_type': facts.subjectType,
      'saml:namequalifier': nameQualifier,
      'saml:doc': `${account.id}/${provider.name}`,
      'aws:FederatedProvider': provider.arn,
    }
    const role = federatedRole(state, provider, 'sts:AssumeRoleWithSAML', roleArn, {
      roleSessionName: facts.sessionName,
      sourceIdentity: facts.sourceIdentity,
      tags,
      transitiveTagKeys: facts.transitiveTagKeys,
      extra: samlKeys,
    })

    const seconds = sessionSeconds(durationSeconds, role, false)
    const until = facts.sessionNotOnOrAfter?.getTime() ?? Number.POSITIVE_INFINITY
    const allowed = Math.min(
      seconds,
      facts.sessionDuration ?? oneHour * 12,
      Math.floor((until - now.getTime()) / 1000),
    )
    if (allowed <= 0) throw stale()
    const packed = packedPolicySize(policies, tags)
    const assumed = roleCaller(
      { role, sessionName: facts.sessionName, chained: false },
      {
        sessionPolicies,
        sessionTags: tags,
        transitiveTagKeys: facts.transitiveTagKeys,
        sourceIdentity: facts.sourceIdentity,
        issuedAt: now,
        federation: lasting(samlKeys),
      },
    )
    return {
      Issuer: facts.issuer,
      AssumedRoleUser: { Arn: assumed.arn, AssumedRoleId: assumed.userId },
      Credentials: credentialsXml(state.sessions.open(assumed, allowed)),
      Audience: recipient,
      SubjectType: facts.subjectType,
      PackedPolicySize: packed,
      NameQualifier: nameQualifier,
      SourceIdentity: facts.sourceIdentity,
      Subject: facts.subject,
    }
  },
}

/** Of the assertion's keys, those that later requests of the session have too (IAM guide, "Available keys for SAML"). */
function lasting(keys: Readonly<Record<string, string>>): Record<string, string | undefined> {
  return Object.fromEntries(
    ['saml:namequalifier', 'saml:sub', 'saml:sub_type', 'aws:FederatedProvider'].map(key => [
      key,
      keys[key],
    ]),
  )
}
