/** Every setting of a connection: its key in the files, its flag, its variables. One table for all that read them. */

/** How a value is written. */
export type SettingKind = 'text' | 'boolean' | 'seconds' | 'milliseconds' | 'count' | 'list'

/** One setting. */
export interface Setting {
  /** In the files; undefined: never kept there. */
  readonly key: string | undefined
  /** Long name without dashes, as in saml2aws; undefined: files alone. */
  readonly flag?: string
  /** One letter. */
  readonly short?: string
  readonly kind: SettingKind
  /** Ours first, then those of saml2aws. */
  readonly env?: readonly string[]
  /** Of the flag, in the help. */
  readonly says: string
  /** The verbs that take the flag; undefined: all that use a connection. */
  readonly verbs?: readonly string[]
  /** Of our file alone. */
  readonly ours?: true
}

const keeping = ['configure', 'login', 'exec', 'shell', 'env', 'console'] as const
const caching = ['configure', 'login', 'roles'] as const
const okta = ['configure', 'login'] as const

/** In the order in which `configure` writes them. */
export const settings = [
  {
    key: 'provider',
    flag: 'idp-provider',
    kind: 'text',
    env: ['ROLECALL_PROVIDER', 'SAML2AWS_IDP_PROVIDER'],
    says: 'Rolecall, JumpCloud, Authentik, KeyCloak, Okta or Browser',
  },
  {
    key: 'url',
    flag: 'url',
    kind: 'text',
    env: ['ROLECALL_URL', 'SAML2AWS_URL'],
    says: 'address of the server, or of the sign-in to AWS at the identity provider',
  },
  {
    key: 'username',
    flag: 'username',
    kind: 'text',
    env: ['ROLECALL_USERNAME', 'SAML2AWS_USERNAME'],
    says: 'who signs in',
  },
  {
    key: undefined,
    flag: 'password',
    kind: 'text',
    env: ['ROLECALL_PASSWORD', 'SAML2AWS_PASSWORD'],
    says: 'the password; others see it in the list of processes, ROLECALL_PASSWORD they do not',
  },
  {
    key: 'mfa',
    flag: 'mfa',
    kind: 'text',
    env: ['ROLECALL_MFA', 'SAML2AWS_MFA'],
    says: 'kind of second factor, such as TOTP or PUSH; Auto: the one that is there',
  },
  {
    key: undefined,
    flag: 'mfa-token',
    kind: 'text',
    env: ['ROLECALL_MFA_TOKEN', 'SAML2AWS_MFA_TOKEN'],
    says: 'the one-time code',
  },
  {
    key: 'role',
    flag: 'role',
    kind: 'text',
    env: ['ROLECALL_ROLE', 'SAML2AWS_ROLE'],
    says: 'the role: account/role, an ARN, or a unique part of the name',
    ours: true,
  },
  { key: 'role_arn', kind: 'text', says: 'the role, as an ARN' },
  {
    key: 'region',
    flag: 'region',
    short: 'r',
    kind: 'text',
    env: ['ROLECALL_REGION', 'SAML2AWS_REGION'],
    says: 'AWS region',
  },
  {
    key: 'aws_profile',
    flag: 'profile',
    short: 'p',
    kind: 'text',
    env: ['ROLECALL_PROFILE', 'SAML2AWS_PROFILE'],
    says: 'profile of the credentials file that takes the keys',
    verbs: keeping,
  },
  {
    key: 'aws_session_duration',
    flag: 'session-duration',
    kind: 'seconds',
    env: ['ROLECALL_SESSION_DURATION', 'SAML2AWS_SESSION_DURATION'],
    says: 'seconds that a session lasts, 900 to 43200',
  },
  {
    key: 'policy_file',
    flag: 'policyfile',
    kind: 'text',
    env: ['ROLECALL_POLICY_FILE', 'SAML2AWS_POLICY_FILE'],
    says: 'file of a session policy that limits the role',
  },
  {
    key: 'policy_arn_list',
    flag: 'policyarns',
    kind: 'list',
    env: ['ROLECALL_POLICY_ARNS', 'SAML2AWS_POLICY_ARNS'],
    says: 'ARNs of managed policies that limit the role, with commas between them',
  },
  {
    key: 'credentials_file',
    flag: 'credentials-file',
    kind: 'text',
    env: ['ROLECALL_CREDENTIALS_FILE', 'SAML2AWS_CREDENTIALS_FILE'],
    says: 'the credentials file (default: that of the aws command)',
    verbs: keeping,
  },
  {
    key: 'aws_urn',
    flag: 'aws-urn',
    kind: 'text',
    env: ['SAML2AWS_AWS_URN'],
    says: 'URN by which the identity provider knows AWS',
  },
  {
    key: 'ca_file',
    flag: 'ca-file',
    kind: 'text',
    env: ['ROLECALL_CA_FILE'],
    says: 'PEM file of further certificate authorities',
    ours: true,
  },
  {
    key: 'skip_verify',
    flag: 'skip-verify',
    short: 's',
    kind: 'boolean',
    env: ['SAML2AWS_SKIP_VERIFY'],
    says: 'take any certificate of the identity provider; AWS is always verified',
  },
  { key: 'timeout', kind: 'milliseconds', says: 'how long a sign-in in the browser may take' },
  { key: 'http_attempts_count', kind: 'count', says: 'how often a request is tried' },
  { key: 'http_retry_delay', kind: 'seconds', says: 'seconds between the tries' },
  {
    key: 'saml_cache',
    flag: 'cache-saml',
    kind: 'boolean',
    env: ['SAML2AWS_CACHE_SAML'],
    says: 'keep the SAML response, encrypted, as long as it is valid',
    verbs: caching,
  },
  {
    key: 'saml_cache_file',
    flag: 'cache-file',
    kind: 'text',
    env: ['SAML2AWS_SAML_CACHE_FILE'],
    says: 'a file where saml2aws has kept a SAML response',
    verbs: caching,
  },
  { key: 'target_url', kind: 'text', says: 'where Okta is sent after the sign-in' },
  {
    key: 'app_id',
    flag: 'app-id',
    kind: 'text',
    env: ['ONELOGIN_APP_ID'],
    says: 'id of the application at the identity provider',
    verbs: ['configure'],
  },
  {
    key: 'subdomain',
    flag: 'subdomain',
    kind: 'text',
    env: ['ONELOGIN_SUBDOMAIN'],
    says: 'subdomain at the identity provider',
    verbs: ['configure'],
  },
  {
    key: 'resource_id',
    flag: 'resource-id',
    kind: 'text',
    env: ['SAML2AWS_F5APM_RESOURCE_ID'],
    says: 'id of the SAML resource at the identity provider',
    verbs: ['configure'],
  },
  {
    key: 'mfa_ip_address',
    flag: 'mfa-ip-address',
    kind: 'text',
    env: ['ONELOGIN_MFA_IP_ADDRESS'],
    says: 'address that the identity provider knows this machine by',
    verbs: okta,
  },
  {
    key: 'console_host',
    kind: 'text',
    says: 'host where people sign in at JumpCloud, when the url does not tell',
    ours: true,
  },
  {
    key: 'disable_sessions',
    flag: 'disable-sessions',
    kind: 'boolean',
    env: ['SAML2AWS_OKTA_DISABLE_SESSIONS'],
    says: 'do not go on with an earlier session of the identity provider',
    verbs: okta,
  },
  {
    key: 'disable_remember_device',
    flag: 'disable-remember-device',
    kind: 'boolean',
    env: ['SAML2AWS_OKTA_DISABLE_REMEMBER_DEVICE'],
    says: 'ask for the second factor each time',
    verbs: okta,
  },
  {
    key: undefined,
    flag: 'duo-mfa-option',
    kind: 'text',
    env: ['SAML2AWS_DUO_MFA_OPTION'],
    says: 'Passcode, Phone Call or Duo Push',
    verbs: ['login'],
  },
  {
    key: undefined,
    flag: 'disable-keychain',
    kind: 'boolean',
    env: ['SAML2AWS_DISABLE_KEYCHAIN'],
    says: 'keep no password and no session of the identity provider',
  },
  {
    key: undefined,
    flag: 'skip-prompt',
    kind: 'boolean',
    says: 'ask nothing: what is missing is an error',
  },
  {
    key: 'browser_type',
    flag: 'browser-type',
    kind: 'text',
    env: ['SAML2AWS_BROWSER_TYPE'],
    says: 'chrome, chromium, msedge or firefox',
  },
  {
    key: 'browser_executable_path',
    flag: 'browser-executable-path',
    kind: 'text',
    env: ['SAML2AWS_BROWSER_EXECUTABLE_PATH'],
    says: 'the browser to start',
  },
  {
    key: 'browser_profile',
    flag: 'browser-profile',
    kind: 'text',
    env: ['ROLECALL_BROWSER_PROFILE'],
    says: 'profile of the browser',
    ours: true,
  },
  {
    key: 'browser_autofill',
    flag: 'browser-autofill',
    kind: 'boolean',
    env: ['SAML2AWS_BROWSER_AUTOFILL'],
    says: 'fill in username and password in the browser',
  },
  {
    key: 'kc_broker',
    flag: 'kc-broker',
    kind: 'text',
    env: ['SAML2AWS_KC_BROKER'],
    says: 'alias of the identity provider behind Keycloak',
  },
  {
    key: 'kc_auth_error_message',
    kind: 'text',
    says: 'text by which a refusal of Keycloak is known',
  },
  { key: 'kc_auth_error_element', kind: 'text', says: 'CSS selector of the message of Keycloak' },
] as const satisfies readonly Setting[]

type Known = (typeof settings)[number]

/** Keys of the files that this command reads. */
export type SettingKey = Exclude<Known['key'], undefined>
/** A setting by its key, or by its flag when no file keeps it. */
export type SettingName = SettingKey | Extract<Known, { key: undefined }>['flag']

/** What messages and code call a setting. */
export function nameOf(setting: Known): SettingName {
  return setting.key ?? setting.flag
}

/** What saml2aws has and this command has no use for: taken, and told of. */
export interface Unused {
  readonly key?: string
  readonly flag?: string
  /** The flag has a value. */
  readonly value?: true
  readonly why: string
}

export const unused: readonly Unused[] = [
  { key: 'name', why: 'the name is the one in the brackets' },
  { key: 'prompter', flag: 'prompter', value: true, why: 'questions are asked on the terminal' },
  {
    key: 'download_browser_driver',
    flag: 'download-browser-driver',
    why: 'the browser that is installed is used; nothing is downloaded',
  },
  { key: 'browser_driver_dir', why: 'the browser that is installed is used; there is no driver' },
  { key: 'headless', why: 'the sign-in happens in a browser window that is seen' },
  {
    flag: 'client-id',
    value: true,
    why: 'it is for OneLogin, where the provider Browser signs in',
  },
  {
    flag: 'client-secret',
    value: true,
    why: 'it is for OneLogin, where the provider Browser signs in',
  },
  { flag: 'try-no-prompt', why: 'the browser shows a page only when there is something to answer' },
]

const byKey: ReadonlyMap<string, Known> = new Map(
  settings.flatMap(one => (one.key === undefined ? [] : [[one.key, one]])),
)

/** The setting of a key of the files. */
export function settingOf(key: string): Known | undefined {
  return byKey.get(key)
}

/** Why a key of `~/.saml2aws` has no use here. */
export function unusedKey(key: string): string | undefined {
  return unused.find(one => one.key === key)?.why
}
