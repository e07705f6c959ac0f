import { type Finding, finding } from './findings.ts'

/** Keys as they stand where people write them. */
export interface WrittenKeys {
  /** For people: `environment variables`, `profile "x" of FILE`. */
  readonly where: string
  readonly accessKeyId: string | undefined
  readonly secretAccessKey: string | undefined
  readonly sessionToken: string | undefined
}

const blankEnds = /^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/gu
const quotes = /^(["'`\u2018\u201c]).*(["'`\u2019\u201d])$/u
/** Long-term keys of users, and temporary ones (IAM User Guide, "Unique identifiers"). */
const keyIdPattern = /^A[KS]IA[A-Z0-9]{12,124}$/
const secretPattern = /^[A-Za-z0-9/+=]{40}$/

/** What is wrong with a set of keys, as far as it can be seen without asking AWS. */
export function keyFindings(keys: WrittenKeys): readonly Finding[] {
  const { where } = keys
  const findings: Finding[] = []
  const clean = (name: string, written: string | undefined): string => {
    if (written === undefined) return ''
    const text = written.replace(blankEnds, '')
    const what = `the ${name} of ${where}`
    if (text !== written) {
      const ends = [
        ...(/^[\s\u200b\ufeff]/u.test(written) ? ['begins'] : []),
        ...(/[\s\u200b\ufeff]$/u.test(written) ? ['ends'] : []),
      ]
      findings.push(finding('key.blank', `${what} ${ends.join(' and ')} with white space`))
    }
    if (quotes.test(text)) {
      findings.push(finding('key.quoted', `${what} stands in quotation marks`))
      return text.slice(1, -1)
    }
    if (/[^\x21-\x7e]/u.test(text)) {
      const message = `${what} has a blank or another character that no key of AWS has`
      findings.push(finding('key.character', message))
    }
    return text
  }
  const id = clean('access key ID', keys.accessKeyId)
  const secret = clean('secret access key', keys.secretAccessKey)
  const token = clean('session token', keys.sessionToken)
  if (id === '' && secret === '') {
    if (token === '') return findings
    const message = `${where} has a session token and neither of the two keys`
    return [...findings, finding('key.incomplete', message)]
  }
  if (id === '' || secret === '') {
    const [missing, there] =
      id === '' ? ['access key ID', 'secret access key'] : ['secret access key', 'access key ID']
    const message = `${where} has the ${there} and not the ${missing}`
    return [...findings, finding('key.incomplete', message)]
  }
  if (keyIdPattern.test(secret) || (secretPattern.test(id) && !keyIdPattern.test(id))) {
    const message = `in ${where} the secret access key stands where the access key ID belongs`
    return [...findings, finding('key.swapped', message)]
  }
  if (id.startsWith('ASIA') && token === '') {
    const message = `${where} has the temporary key ${shownKeyId(id) ?? ''} without a session token`
    findings.push(finding('token.missing', message))
  }
  if (id.startsWith('AKIA') && token !== '') {
    const message = `${where} has the long-term key ${shownKeyId(id) ?? ''} with a session token, which belongs to other keys`
    findings.push(finding('token.leftover', message))
  }
  return findings
}

/** An access key ID, which is no secret; anything else that stands in its place may be one. */
export function shownKeyId(id: string): string | undefined {
  return keyIdPattern.test(id) ? id : undefined
}
