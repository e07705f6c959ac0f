import { constraints } from '../query/constraints.ts'
import { validationError } from '../query/fault.ts'
import { roleCaller } from './caller.ts'
import { sessionSeconds } from './duration.ts'
import { federatedRole } from './federated-role.ts'
import type { Operation } from './operation.ts'
import {
  credentialsXml,
  namePattern,
  packedPolicySize,
  parseSessionPolicies,
  readSessionPolicies,
  uniqueTags,
} from './session-parameters.ts'
import { readWebIdentityFacts, webIdentityKeys } from './web-identity-facts.ts'

/** `AssumeRoleWithWebIdentity`, STS API reference: unsigned, the token is the proof. */
export const assumeRoleWithWebIdentity: Operation = {
  signed: false,
  async run(state, parameters) {
    const check = constraints()
    const roleArn = check.text('roleArn', parameters.text('RoleArn'), {
      min: 20,
      max: 2048,
      required: true,
    })
    const sessionName = check.text('roleSessionName', parameters.text('RoleSessionName'), {
      min: 2,
      max: 64,
      pattern: namePattern,
      required: true,
    })
    const token = check.secret('webIdentityToken', parameters.text('WebIdentityToken'), {
      min: 4,
      max: 20_000,
    })
    const providerId = parameters.text('ProviderId')
    check.text('providerId', providerId, { min: 4, max: 2048 })
    const durationSeconds = parameters.integer('DurationSeconds')
    check.number('durationSeconds', durationSeconds, 900, 43_200)
    const policies = readSessionPolicies(parameters, check)
    check.check()
    if (providerId !== undefined) {
      // Only for access tokens of two providers that came before OpenID Connect; neither is in the simulator.
      throw validationError(`Unsupported ProviderId ${providerId}: leave it out for an ID token`)
    }

    const now = state.now()
    const account = state.world.accounts.get(roleArn.split(':')[4] ?? '')
    const identity = await state.webIdentities.verify(token, account, now)
    const facts = readWebIdentityFacts(identity.claims)
    const tags = uniqueTags(facts.tags)
    const sessionPolicies = parseSessionPolicies(policies, state.world.policies)
    const keys = webIdentityKeys(identity)
    const { provider } = identity
    const role = federatedRole(state, provider, 'sts:AssumeRoleWithWebIdentity', roleArn, {
      roleSessionName: sessionName,
      sourceIdentity: facts.sourceIdentity,
      tags,
      transitiveTagKeys: facts.transitiveTagKeys,
      extra: keys,
    })
    const seconds = sessionSeconds(durationSeconds, role, false)
    const packed = packedPolicySize(policies, tags)
    const assumed = roleCaller(
      { role, sessionName, chained: false },
      {
        sessionPolicies,
        sessionTags: tags,
        transitiveTagKeys: facts.transitiveTagKeys,
        sourceIdentity: facts.sourceIdentity,
        issuedAt: now,
        federation: {
          [`${provider.name}:aud`]: identity.audience,
          [`${provider.name}:sub`]: identity.subject,
          'aws:FederatedProvider': provider.arn,
        },
      },
    )
    return {
      SubjectFromWebIdentityToken: identity.subject,
      Audience: identity.audience,
      AssumedRoleUser: { Arn: assumed.arn, AssumedRoleId: assumed.userId },
      Credentials: credentialsXml(state.sessions.open(assumed, seconds)),
      Provider: provider.url,
      PackedPolicySize: packed,
      SourceIdentity: facts.sourceIdentity,
    }
  },
}
