/**
 * The demo's configuration file: a real one in every respect, so that it can be read as an example.
 * Only the endpoints and the keys tell that its AWS is simulated.
 */
interface DemoAddresses {
  readonly publicUrl: string
  readonly port: number
  readonly idpMetadataUrl: string
  readonly stsEndpoint: string
  readonly federationEndpoint: string
  readonly consoleUrl: string
  readonly accessKeyId: string
  /** The file that holds the secret key. */
  readonly secretFile: string
}

interface DemoGrant {
  readonly name: string
  readonly group: string
  readonly account: string
  readonly role: string
  readonly duration: string
  readonly path?: string
}

const accounts = {
  security: ['100000000001', 'Security', 'violet'],
  prod: ['100000000002', 'Production', 'red'],
  staging: ['100000000003', 'Staging', 'amber'],
  sandbox: ['100000000004', 'Sandbox', 'green'],
  data: ['100000000005', 'Data platform', 'cyan'],
  billing: ['100000000006', 'Billing', 'slate'],
} as const

const grants: readonly DemoGrant[] = [
  // Longer than the role allows: AWS says no, the gateway takes what it may and says so.
  grant('prod-admin', 'platform', 'prod', 'Administrator', '8h'),
  grant('prod-deploy', 'platform', 'prod', 'ci/Deploy', '1h'),
  grant('prod-database', 'platform', 'prod', 'DatabaseOperator', '2h'),
  grant('prod-readonly', 'developers', 'prod', 'ReadOnly', '1h'),
  grant('staging-admin', 'platform', 'staging', 'Administrator', '8h'),
  grant('staging-developer', 'developers', 'staging', 'Developer', '8h'),
  grant('staging-readonly', 'developers', 'staging', 'ReadOnly', '8h'),
  grant('sandbox-admin', 'platform', 'sandbox', 'Administrator', '8h'),
  { ...grant('sandbox-developer', 'developers', 'sandbox', 'Developer', '8h'), path: 'sandbox' },
  grant('data-analyst', 'data', 'data', 'data/Analyst', '8h'),
  grant('data-engineer', 'data', 'data', 'data/DataEngineer', '4h'),
  grant('security-audit', 'security', 'security', 'security/SecurityAudit', '4h'),
  grant('security-incident', 'security', 'security', 'security/IncidentResponse', '1h'),
  { ...grant('billing', 'finance', 'billing', 'Billing', '1h'), path: 'billing' },
]

function grant(
  name: string,
  group: string,
  account: keyof typeof accounts,
  role: string,
  duration: string,
): DemoGrant {
  return { name, group, account, role, duration }
}

/** How many roles these groups give in the demo, and in how many accounts. */
export function demoReach(groups: readonly string[]): { roles: number; accounts: number } {
  const given = grants.filter(one => groups.includes(one.group))
  return { roles: given.length, accounts: new Set(given.map(one => one.account)).size }
}

/** The file's text. */
export function demoConfig(at: DemoAddresses): string {
  const lines = [
    '# The demo. A real deployment has its own identity provider, accounts and grants,',
    '# takes the keys from {env: …} or {file: …}, and leaves aws.endpoints out.',
    `publicUrl: ${at.publicUrl}`,
    'title: Acme',
    'listen:',
    '  host: 127.0.0.1',
    `  port: ${at.port}`,
    'store:',
    '  file: rolecall.db',
    'signIn:',
    '  password: false',
    '  saml:',
    '    - id: company',
    '      title: Acme account',
    '      metadata:',
    `        url: ${at.idpMetadataUrl}`,
    '      attributes:',
    '        username: uid',
    '        displayName: displayName',
    '        email: mail',
    '        groups: memberOf',
    'aws:',
    '  region: us-east-1',
    '  credentials:',
    '    source: static',
    `    accessKeyId: ${at.accessKeyId}`,
    '    secretAccessKey:',
    `      file: ${at.secretFile}`,
    '  endpoints:',
    `    sts: ${at.stsEndpoint}`,
    `    federation: ${at.federationEndpoint}`,
    `    console: ${at.consoleUrl}`,
    'accounts:',
    ...Object.entries(accounts).flatMap(([alias, [id, name, color]]) => [
      `  ${alias}:`,
      `    id: "${id}"`,
      `    name: ${name}`,
      `    tags: { color: ${color} }`,
    ]),
    'grants:',
    ...grants.flatMap(one => [
      `  - name: ${one.name}`,
      `    groups: [${one.group}]`,
      `    account: ${one.account}`,
      `    role: ${one.role}`,
      `    duration: ${one.duration}`,
      ...(one.path === undefined ? [] : [`    path: ${one.path}`]),
    ]),
    'targets:',
    '  prefix: /aws',
  ]
  return `${lines.join('\n')}\n`
}
