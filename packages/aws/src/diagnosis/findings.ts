/** How bad a finding is: an error keeps the credentials from working, a warning may. */
export type Severity = 'error' | 'warning'

interface FindingEntry {
  readonly severity: Severity
  /** What is wrong, in general. */
  readonly meaning: string
  readonly remedy: string
}

/** Everything that a diagnosis can find. The codes are stable: scripts rely on them. */
export const credentialFindings = {
  'chain.empty': {
    severity: 'error',
    meaning: 'No source has credentials.',
    remedy: 'Set the variables, write a profile, or sign in, as the list of sources says.',
  },
  'source.failed': {
    severity: 'error',
    meaning: 'A source is set up and does not give credentials.',
    remedy: 'Mend the named source, or take its settings away: no later source is asked.',
  },
  'key.blank': {
    severity: 'error',
    meaning: 'White space stands at an end of a key.',
    remedy: 'Set it again without the white space; copying often brings a line break along.',
  },
  'key.quoted': {
    severity: 'error',
    meaning: 'A key stands in quotation marks, which are taken as a part of it.',
    remedy: 'Write it without quotation marks.',
  },
  'key.character': {
    severity: 'error',
    meaning: 'A key has a character that AWS never uses.',
    remedy: 'Copy it again from where it was made.',
  },
  'key.swapped': {
    severity: 'error',
    meaning: 'The access key ID and the secret access key stand in each other’s place.',
    remedy: 'Exchange the two; access key IDs begin with AKIA or ASIA.',
  },
  'key.incomplete': {
    severity: 'error',
    meaning: 'One of the two keys is missing.',
    remedy: 'Set both, or neither.',
  },
  'key.unknown': {
    severity: 'error',
    meaning: 'AWS does not know the access key.',
    remedy:
      'Check that the key is active, that the session token is the one that came with it, and the partition.',
  },
  'key.secret': {
    severity: 'error',
    meaning: 'AWS computes another signature: the secret access key is not that of the access key.',
    remedy: 'Set the secret again; if it is lost, make a new access key.',
  },
  'key.partition': {
    severity: 'error',
    meaning: 'The keys belong to another partition of AWS than the region.',
    remedy: 'Choose a region of the partition that the keys belong to, or keys of the other one.',
  },
  'token.missing': {
    severity: 'error',
    meaning: 'Keys of temporary credentials stand without their session token.',
    remedy: 'Set the session token that came with the keys.',
  },
  'token.leftover': {
    severity: 'error',
    meaning: 'Keys of an IAM user stand with a session token of other credentials.',
    remedy: 'Unset AWS_SESSION_TOKEN, or take the token out of the profile.',
  },
  'token.expired': {
    severity: 'error',
    meaning: 'The credentials have expired.',
    remedy: 'Get new ones from where they came from.',
  },
  'profile.unknown': {
    severity: 'error',
    meaning: 'There is no profile of that name.',
    remedy: 'Correct the name, or write the profile; in the config file it is [profile NAME].',
  },
  'profile.cycle': {
    severity: 'error',
    meaning: 'Profiles name each other as source_profile, in a circle.',
    remedy: 'Let one of them have keys of its own or a credential_source.',
  },
  'profile.shadowed': {
    severity: 'warning',
    meaning: 'Keys in environment variables and a profile are both there.',
    remedy: 'Unset the variables that are not meant, or name the profile on the command line.',
  },
  'profile.invalid': {
    severity: 'error',
    meaning: 'Settings of a profile do not go together, or a file cannot be read.',
    remedy: 'Correct what the message names.',
  },
  'file.permissions': {
    severity: 'warning',
    meaning: 'Other users of this machine may read or write a file with secrets.',
    remedy: 'Take their permission away: chmod 600 FILE.',
  },
  'region.missing': {
    severity: 'warning',
    meaning: 'No region is set.',
    remedy: 'Set AWS_REGION, or region in the profile.',
  },
  'region.unknown': {
    severity: 'error',
    meaning: 'The region is none of AWS.',
    remedy: 'Correct it; a region looks like eu-central-1, without a letter at its end.',
  },
  'region.disabled': {
    severity: 'error',
    meaning: 'The region is not enabled in the account.',
    remedy: 'Enable it in the account that owns the role, or use another region.',
  },
  'region.conflict': {
    severity: 'warning',
    meaning: 'AWS_REGION and AWS_DEFAULT_REGION differ; some programs read only one of them.',
    remedy: 'Set both to the same region, or unset one.',
  },
  'clock.skew': {
    severity: 'warning',
    meaning: 'The clock of this machine and that of AWS differ; beyond 15 minutes AWS refuses.',
    remedy: 'Set the clock, best with NTP.',
  },
  'endpoint.invalid': {
    severity: 'error',
    meaning: 'The address of the endpoint or of a proxy is none.',
    remedy: 'Correct or unset what the message names.',
  },
  'endpoint.plain': {
    severity: 'warning',
    meaning: 'Requests go to an endpoint over http: credentials in answers can be read on the way.',
    remedy: 'Use https.',
  },
  'endpoint.region': {
    severity: 'error',
    meaning: 'The endpoint is that of another region than the one that requests are signed for.',
    remedy:
      'Let region and endpoint be of the same region; most often no endpoint needs to be set.',
  },
  'endpoint.certificate': {
    severity: 'error',
    meaning: 'The certificate of the endpoint is for another host, or not valid now.',
    remedy: 'Correct the endpoint’s name, or the clock.',
  },
  'endpoint.intercepted': {
    severity: 'error',
    meaning:
      'Nobody that this machine trusts has signed the certificate: something on the way, such as a proxy, answers in the place of AWS.',
    remedy:
      'When it is your company’s proxy, give its authority with AWS_CA_BUNDLE or ca_bundle; else do not go on.',
  },
  'endpoint.page': {
    severity: 'error',
    meaning: 'Something that is not AWS answered, with a page.',
    remedy: 'Check the proxy, or sign in at the network’s portal.',
  },
  'endpoint.unreachable': {
    severity: 'error',
    meaning: 'The endpoint cannot be reached.',
    remedy: 'Check name, network, firewall and proxy (HTTPS_PROXY, NO_PROXY).',
  },
  'role.trust': {
    severity: 'error',
    meaning: 'The role may not be taken by this caller, or does not exist.',
    remedy:
      'Name the caller in the trust policy of the role, and allow the caller sts:AssumeRole on it.',
  },
  'role.chaining': {
    severity: 'error',
    meaning: 'A role that is taken with the credentials of another role lasts at most one hour.',
    remedy: 'Set duration_seconds to 3600 or less, or take the role with keys of an IAM user.',
  },
  'role.mfa': {
    severity: 'warning',
    meaning: 'The role is taken with an MFA device, and the diagnosis asks nobody for its code.',
    remedy: 'Take the role with a program that asks for the code, such as aws.',
  },
  'instance.hop-limit': {
    severity: 'error',
    meaning: 'Answers of the instance’s metadata service do not reach this container.',
    remedy:
      'Set the hop limit: aws ec2 modify-instance-metadata-options --instance-id ID --http-put-response-hop-limit 2',
  },
} as const satisfies Record<string, FindingEntry>

/** A code of the table {@link credentialFindings}. */
export type FindingCode = keyof typeof credentialFindings

/** Something that is wrong, and what to do about it. Never holds a secret. */
export interface Finding {
  readonly code: FindingCode
  readonly severity: Severity
  readonly message: string
  readonly remedy: string
}

/** A finding with the remedy of the table, unless there is a closer one. */
export function finding(
  code: FindingCode,
  message: string,
  closer: { readonly severity?: Severity; readonly remedy?: string } = {},
): Finding {
  const { severity, remedy } = credentialFindings[code]
  return Object.freeze({ code, severity, message, remedy, ...closer })
}
