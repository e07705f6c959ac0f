import { type Partition, parseArn, parseRoleArn } from '@rolecall/aws'

/** A role of an assertion, and the SAML provider in AWS that it is taken through. */
export interface AssertedRole {
  readonly roleArn: string
  readonly principalArn: string
  readonly accountId: string
  readonly partition: Partition
  /** The last part of the ARN. */
  readonly roleName: string
}

/**
 * Reads one value of the attribute Role: the ARNs of a role and of a SAML provider with a comma between
 * them, in any order, blanks around them. Gives the reason, for people, when it is something else.
 */
export function readRole(value: string): AssertedRole | string {
  const arns = value.split(',').map(each => each.trim())
  const roleArn = arns.find(each => each.includes(':role/'))
  const principalArn = arns.find(each => each.includes(':saml-provider/'))
  const shown = value.slice(0, 200)
  if (arns.length !== 2 || roleArn === undefined || principalArn === undefined) {
    return `not a role and a SAML provider: "${shown}"`
  }
  try {
    const { accountId, partition, name } = parseRoleArn(roleArn)
    const principal = parseArn(principalArn)
    // AWS takes a role through a provider of its own account alone.
    if (principal.accountId !== accountId || principal.partition !== partition) {
      return `role and SAML provider are of two accounts: "${shown}"`
    }
    return Object.freeze({ roleArn, principalArn, accountId, partition, roleName: name })
  } catch {
    return `not ARNs of AWS: "${shown}"`
  }
}
