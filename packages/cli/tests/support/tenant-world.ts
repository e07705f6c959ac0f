import { StsClient } from '@rolecall/aws'
import { type Simulator, startSimulator, type World } from '@rolecall/simulator'
import { afterAll, expect } from 'vitest'
import type { Assertion } from '../../src/providers/provider.ts'

const account = '444455556666'
const provider = `arn:aws:iam::${account}:saml-provider/company`
export const adminRole = `arn:aws:iam::${account}:role/Admin`
export const seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
export const otherSeed = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'

/** A world with one account, and people whose passwords are `secret of NAME`. */
export function worldOf(usernames: readonly string[], tenants: Partial<World>): World {
  const trust = {
    Version: '2012-10-17',
    Statement: {
      ...{ Effect: 'Allow', Principal: { Federated: provider }, Action: 'sts:AssumeRoleWithSAML' },
      Condition: { StringEquals: { 'saml:aud': 'https://signin.aws.amazon.com/saml' } },
    },
  }
  return {
    accounts: [
      {
        id: account,
        roles: [{ name: 'Admin', trust, maxSessionDuration: 14_400 }],
        samlProviders: [{ name: 'company', metadata: 'idp' }],
      },
    ],
    idp: {
      people: usernames.map(username => ({ username, password: `secret of ${username}` })),
    },
    ...tenants,
  }
}

/** A simulator for the tests of one file. */
export async function runWorld(world: World, now?: () => Date): Promise<Simulator> {
  const simulator = await startSimulator({ world, ...(now === undefined ? {} : { now }) })
  afterAll(() => simulator.close())
  return simulator
}

/** That the simulated STS, which verifies the signature, gives keys of the role for an assertion. */
export async function expectKeys(
  simulator: Simulator,
  { samlResponse, acsUrl }: Assertion,
  username: string,
): Promise<void> {
  expect(acsUrl).toBe('https://signin.aws.amazon.com/saml')
  const client = new StsClient({ endpoint: simulator.stsEndpoint, region: 'us-east-1' })
  const taken = await client.assumeRoleWithSaml({
    ...{ roleArn: adminRole, principalArn: provider, samlAssertion: samlResponse },
  })
  expect(taken.assumedRoleUser.arn).toBe(`arn:aws:sts::${account}:assumed-role/Admin/${username}`)
}
