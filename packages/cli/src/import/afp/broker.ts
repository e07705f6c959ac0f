import type { Draft } from '../draft.ts'
import type { Findings } from '../findings.ts'
import { entryAt, type OldMap, textOf } from '../old-value.ts'

/**
 * The old program's AWS keys as `aws.credentials`. Each mount could have its own and the gateway has one set: the
 * first counts, and others must be the same.
 */
export function importBroker(
  config: OldMap,
  isFirst: boolean,
  draft: Draft,
  findings: Findings,
): void {
  const keys = (['access_key', 'secret_key'] as const).map(name => {
    const entry = entryAt(config, ['aws', name])
    return { key: `aws.${name}`, entry, text: textOf(entry?.value) }
  })
  const [id, secret] = keys
  if (id?.text === undefined || secret?.text === undefined) {
    importDefault(keys, isFirst, draft, findings)
    return
  }
  const isSame =
    draft.isSecret('aws-access-key-id', id.text) &&
    draft.isSecret('aws-secret-access-key', secret.text)
  if (isFirst) {
    draft.set(['aws', 'credentials'], {
      source: 'static',
      accessKeyId: draft.secret('aws-access-key-id', id.text),
      secretAccessKey: draft.secret('aws-secret-access-key', secret.text),
    })
  }
  for (const [index, { key, entry }] of keys.entries()) {
    if (entry === undefined) continue
    const now = `aws.credentials.${index === 0 ? 'accessKeyId' : 'secretAccessKey'}`
    if (isFirst || isSame) findings.changed(entry, key, now, 'a secret does not stand in the file')
    else {
      const why = 'this mount had keys of its own, and the gateway calls AWS with one set'
      const todo = 'let the roles trust the first set too, or give the accounts another `via`'
      findings.refused(entry, key, why, todo)
    }
  }
}

function importDefault(
  keys: readonly {
    readonly key: string
    readonly entry: ReturnType<typeof entryAt>
    readonly text: string | undefined
  }[],
  isFirst: boolean,
  draft: Draft,
  findings: Findings,
): void {
  const source = draft.get(['aws', 'credentials', 'source'])
  if (isFirst) {
    draft.set(
      ['aws', 'credentials'],
      { source: 'default' },
      'Where the AWS SDKs look: variables, profile, container, instance.',
    )
  }
  for (const { key, entry, text } of keys) {
    if (entry === undefined) continue
    if (text !== undefined) {
      const why = 'a key without its other half'
      findings.refused(entry, key, why, 'write both under `aws.credentials`, as secrets')
    } else if (isFirst || source === 'default') findings.kept(entry, key, 'aws.credentials')
    else {
      const why = 'this mount had the default chain, and the gateway calls AWS with one set of keys'
      findings.refused(entry, key, why, 'let the roles trust the first set too')
    }
  }
}
