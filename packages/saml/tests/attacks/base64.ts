/** Encodings of one value that lenient decoders take for the same. */
import { type Attack, inSignature, inSignedInfo } from './attack.ts'

type Change = (value: string) => string

const variants: readonly (readonly [string, Change])[] = [
  ['nothing', () => ''],
  ['blanks alone', () => ' \n '],
  ['no padding', value => value.replace(/=+$/, '')],
  ['padding too much', value => `${value}=`],
  ['padding within', value => `${value.slice(0, 4)}=${value.slice(5)}`],
  ['a group more', value => `${value}AAAA`],
  ['junk', value => `${value.slice(0, 8)}!${value.slice(8)}`],
  ['a dot', value => `${value.slice(0, 8)}.${value.slice(8)}`],
  ['the URL alphabet', value => value.replace(/^./, '-')],
  ['an underscore', value => value.replace(/^./, '_')],
  ['a no-break space', value => `\u00a0${value}`],
  ['a byte order mark', value => `\ufeff${value}`],
  ['a full-width letter', value => value.replace(/^./, '\uff21')],
  ['a null by name', value => `${value}%00`],
  ['a data URL', value => `data:;base64,${value}`],
  [
    'bits behind the last byte',
    value =>
      value.replace(
        /(.)(=+)$/,
        (_, last: string, end: string) => String.fromCharCode(last.charCodeAt(0) + 1) + end,
      ),
  ],
]

const within = (local: string, change: Change) => (text: string) =>
  text.replace(
    new RegExp(`(<ds:${local}>)([^<]*)`),
    (_, tag: string, value: string) => tag + change(value),
  )

/** The values in a Signature that are base64; the field as a whole is tried in the test itself. */
export const base64Attacks: readonly Attack[] = variants.flatMap(([name, change]) => [
  inSignature(
    `SignatureValue with ${name}`,
    ['base64.invalid', 'signature.structure', 'signature.value'],
    within('SignatureValue', change),
  ),
  inSignedInfo(
    `DigestValue with ${name}, signed`,
    ['base64.invalid', 'signature.structure', 'signature.digest'],
    within('DigestValue', change),
  ),
])

/** The same for the form field. */
export const fieldVariants: readonly (readonly [string, Change])[] = variants
