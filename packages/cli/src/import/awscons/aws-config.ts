import type { Draft } from '../draft.ts'
import type { Findings } from '../findings.ts'
import { textOf } from '../old-value.ts'
import type { Section } from './section.ts'

const prefixRule = /^(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/

/** Writes where the short addresses are, and the gateway's own credentials. */
export function importAws(section: Section, mount: string, draft: Draft, findings: Findings): void {
  importPrefix(section, mount, draft, findings)
  importCredentials(section, draft, findings)
  const timeout = section.take('timeout')
  if (timeout?.value.kind === 'number') {
    const seconds = Math.min(Math.max(Math.round(timeout.value.value), 1), 120)
    draft.set(['aws', 'timeout'], seconds)
    const why = 'it holds for every call to AWS, not for the sign-in token alone; 1 to 120 seconds'
    findings.changed(timeout, 'aws_config.timeout', 'aws.timeout', why)
  } else if (timeout !== undefined) {
    const why = 'this is no number of seconds'
    findings.refused(timeout, 'aws_config.timeout', why, 'write `aws.timeout: 10s`')
  }
  draft.set(
    ['aws', 'sourceIdentity'],
    false,
    'Make it true once the trust policy of every role allows sts:SetSourceIdentity:\nCloudTrail then names the person even after the role takes another one.',
  )
}

function importPrefix(section: Section, mount: string, draft: Draft, findings: Findings): void {
  const entry = section.take('url_prefix')
  const key = 'aws_config.url_prefix'
  const text = entry === undefined ? '' : (textOf(entry.value) ?? '')
  const prefix = `${mount}${text}`.replace(/\/+$/, '')
  if (entry !== undefined && text !== '' && !text.startsWith('/')) {
    const why = 'without a slash in front no address ever matched'
    findings.refused(entry, key, why, 'choose `targets.prefix`, such as `/aws`')
    draft.set(['targets', 'prefix'], mount)
  } else if (!prefixRule.test(prefix)) {
    const why = 'a prefix has letters, digits, dots, dashes and underscores between its slashes'
    if (entry !== undefined) findings.refused(entry, key, why, 'choose `targets.prefix`')
    draft.set(['targets', 'prefix'], '')
  } else {
    draft.set(
      ['targets', 'prefix'],
      prefix,
      'The short addresses stay as they were, with the statuses of the old program.',
    )
    if (entry !== undefined && mount === '') findings.kept(entry, key, 'targets.prefix')
    else if (entry !== undefined) {
      const why = `the web server had the program at ${mount}, as \`acs_url\` shows`
      findings.changed(entry, key, 'targets.prefix', why)
    }
  }
  draft.set(['targets', 'compat'], 'awscons')
}

function importCredentials(section: Section, draft: Draft, findings: Findings): void {
  const profile = section.take('aws_profile_name')
  const file = section.take('aws_credentials_file')
  const name = textOf(profile?.value) || undefined
  const path = textOf(file?.value) || undefined
  for (const [entry, key, text] of [
    [profile, 'aws_profile_name', name],
    [file, 'aws_credentials_file', path],
  ] as const) {
    if (entry === undefined || text !== undefined) continue
    if (entry.value.kind === 'nothing' || textOf(entry.value) === '')
      findings.kept(entry, `aws_config.${key}`, 'aws.credentials')
    else {
      const why = 'this is no text'
      findings.refused(entry, `aws_config.${key}`, why, 'write `aws.credentials`')
    }
  }
  if (name === undefined && path === undefined) {
    draft.set(
      ['aws', 'credentials'],
      { source: 'default' },
      'Where the AWS SDKs look: variables, profile, container, instance.',
    )
    return
  }
  draft.set(['aws', 'credentials'], {
    source: 'profile',
    ...(name === undefined ? {} : { profile: name }),
    ...(path === undefined ? {} : { credentialsFile: path }),
  })
  if (profile !== undefined && name !== undefined) {
    findings.kept(profile, 'aws_config.aws_profile_name', 'aws.credentials.profile')
  }
  if (file !== undefined && path !== undefined) {
    findings.kept(file, 'aws_config.aws_credentials_file', 'aws.credentials.credentialsFile')
  }
}
