import { demoWorld, type World } from '@rolecall/simulator'

const application = 'aws'
const sandbox = '100000000004'
const staging = '100000000003'

/** Who signs in at the simulated JumpCloud, without a server; her phone says yes at once. */
export const jumpCloudUser = {
  email: 'alice@acme.example',
  password: 'alice',
  application,
} as const

const provider = (id: string) => `arn:aws:iam::${id}:saml-provider/JumpCloud`

/** The simulator's company, which has a tenant of JumpCloud too: Developer in two accounts. */
export function companyWithJumpCloud(): World {
  return {
    ...demoWorld,
    accounts: demoWorld.accounts.map(account =>
      account.id === sandbox || account.id === staging ? withJumpCloud(account) : account,
    ),
    jumpCloud: {
      people: [{ email: jumpCloudUser.email, password: jumpCloudUser.password, push: 'accepted' }],
      applications: [
        {
          name: application,
          label: 'AWS',
          roles: [sandbox, staging].map(id => ({
            role: `arn:aws:iam::${id}:role/Developer`,
            provider: provider(id),
          })),
        },
      ],
    },
  }
}

type Account = (typeof demoWorld.accounts)[number]

function withJumpCloud({ roles, samlProviders, ...account }: Account) {
  return {
    ...account,
    samlProviders: [...samlProviders, { name: 'JumpCloud', metadata: 'jumpcloud' as const }],
    roles: roles.map(role =>
      role.name === 'Developer' ? { ...role, trust: trusting(account.id, role.trust) } : role,
    ),
  }
}

function trusting(id: string, trust: Account['roles'][number]['trust']) {
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: provider(id) },
    Action: 'sts:AssumeRoleWithSAML',
    Condition: { StringEquals: { 'saml:aud': 'https://signin.aws.amazon.com/saml' } },
  }
  return { ...trust, Statement: [...trust.Statement, statement] }
}
