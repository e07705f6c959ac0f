import type { Place } from '../findings.ts'
import type { OldValue } from '../old-value.ts'

const truths: Readonly<Record<string, boolean>> = {
  yes: true,
  true: true,
  on: true,
  no: false,
  false: false,
  off: false,
}
const integer =
  /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/
const real =
  /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/
const time = /^\d{4}-\d\d?-\d\d?(?:(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d.*)?$/

/** What YAML 1.1 makes of a text without quotes, by the rules of PyYAML's resolver. */
export function plainScalar(text: string, place: Place): OldValue {
  if (/^(?:~|null|Null|NULL|)$/.test(text)) return { ...place, kind: 'nothing' }
  const isTruth = /^(?:[a-z]+|[A-Z][a-z]+|[A-Z]+)$/.test(text)
  const truth = isTruth ? truths[text.toLowerCase()] : undefined
  if (truth !== undefined) return { ...place, kind: 'truth', value: truth }
  if (integer.test(text)) return { ...place, kind: 'number', value: integerOf(text), source: text }
  if (real.test(text))
    return { ...place, kind: 'number', value: Number(text.replaceAll('_', '')), source: text }
  if (time.test(text)) return { ...place, kind: 'other', what: 'a date' }
  return { ...place, kind: 'text', text }
}

/** Octal with a leading zero, sixties with colons: `010` is 8, `1:30` is 90. */
function integerOf(text: string): number {
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '')
  const sign = text.startsWith('-') ? -1 : 1
  if (digits.includes(':')) {
    return sign * digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  }
  if (/^0[0-7]+$/.test(digits)) return sign * Number.parseInt(digits, 8)
  return sign * Number(digits)
}
