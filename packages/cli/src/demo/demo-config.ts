/**
 * The demo's configuration file: a real one in every respect, so that it can be read as an example.
 * Only the endpoints and the keys tell that its AWS is simulated.
 */
interface DemoAddresses {
  readonly publicUrl: string
  readonly port: number
  readonly idpMetadataUrl: string
  readonly stsEndpoint: string
  readonly iamEndpoint: string
  readonly federationEndpoint: string
  readonly consoleUrl: string
  readonly accessKeyId: string
  /** The file that holds the secret key. */
  readonly secretFile: string
}

/** Who signs in without the company's identity provider: made when the demo starts. */
export const localUser = {
  username: 'dana',
  password: 'dana has no SAML',
  groups: ['staff', 'developers', 'aws-sandbox-Developer', 'aws-prod-Administrator'],
} as const

/** The file's text. */
export function demoConfig(at: DemoAddresses): string {
  return `# The demo. A real deployment has its own identity provider, accounts and grants,
# takes the keys from {env: …} or {file: …}, and leaves aws.endpoints out.
publicUrl: ${at.publicUrl}
title: Acme
listen: { host: 127.0.0.1, port: ${at.port} }
store: { file: rolecall.db }
signIn:
  password: true                       # local users: rolecall user add
  saml:
    - id: company
      title: Acme account
      metadata: { url: "${at.idpMetadataUrl}" }
      attributes: { username: uid, displayName: displayName, email: mail, groups: memberOf }
aws:
  region: us-east-1
  credentials:
    source: static
    accessKeyId: ${at.accessKeyId}
    secretAccessKey: { file: ${at.secretFile} }
  endpoints:
    sts: ${at.stsEndpoint}
    iam: ${at.iamEndpoint}
    federation: ${at.federationEndpoint}
    console: ${at.consoleUrl}
accounts:
  security: { id: "100000000001", name: Security, tags: { color: violet } }
  prod: { id: "100000000002", name: Production, tags: { color: red } }
  staging: { id: "100000000003", name: Staging, tags: { color: amber } }
  sandbox: { id: "100000000004", name: Sandbox, tags: { color: green } }
  data: { id: "100000000005", name: Data platform, tags: { color: cyan } }
  billing: { id: "100000000006", name: Billing, tags: { color: slate } }
discovery:
  roles: { role: RolecallReader }      # reads each account's roles and their tags
grants:
  # By group. Administrator of prod lasts an hour in AWS: the session is cut, and the page says so.
  - { name: admins, groups: [platform], account: [prod, staging, sandbox], role: Administrator, duration: 8h }
  - { name: deploy, groups: [platform], account: prod, role: ci/Deploy }
  - { name: developers, groups: [developers], account: staging, role: Developer, duration: 8h }
  - { name: readers, groups: [developers], account: [prod, staging], role: ReadOnly, duration: 8h }

  # By the name of a group: aws-sandbox-Developer gives Developer in sandbox.
  - { name: by-group-name, groupPattern: "aws-(?<account>[a-z]+)-(?<role>[A-Za-z]+)", duration: 8h }

  # By a tag of the role in IAM: rolecall:groups = data.
  - { name: by-role-tag, roleTags: { groups: "rolecall:groups" }, account: [data, security], duration: 4h }

  # Under a condition.
  - name: database
    groups: [platform]
    account: prod
    role: DatabaseOperator
    duration: 2h
    region: eu-central-1
    when: "network.inside('127.0.0.0/8')"

  # The console and no keys, at a short address: /aws/billing.
  - { name: billing, groups: [finance], account: billing, role: Billing, deliver: [console], path: billing }

  # A denial wins: the group aws-prod-Administrator, which bob and dana have, is not enough alone.
  - name: prod-admins-are-platform
    effect: deny
    groups: [staff]
    account: prod
    role: Administrator
    when: "!('platform' in principal.groups)"

# For afp, afp-web and scripts: the same roles over HTTP Basic.
federationApi:
  - { prefix: /afp-api/latest, for: people, sources: [local] }
`
}
