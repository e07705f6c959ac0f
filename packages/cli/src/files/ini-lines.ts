import { strip } from '@rolecall/aws/shared-files'

/** A line of an INI file, and what it is by the reading rules of AWS's command (`parseIni`). */
export interface IniLine {
  /** Without its line end. */
  readonly text: string
  /** `\n`, `\r\n`, `\r`; empty at the end of a file that does not end with one. */
  readonly end: string
  /** The blanks before the first character. */
  readonly indent: string
  readonly kind: 'blank' | 'comment' | 'section' | 'key' | 'more' | 'unknown'
  /** Of the section that it begins or belongs to; undefined before the first. */
  readonly section: string | undefined
  /** In lower case; of a `key` line, and of a `more` line that goes on its value. */
  readonly key: string | undefined
  /** Where the value of a `key` line begins, and whether it has one. */
  readonly valueAt: number
}

const byteOrderMark = /^\ufeff/

/**
 * The lines of a file. All of them joined (`text` and `end`) are the file again. A line that no reader
 * understands is `unknown`: whoever edits leaves it alone.
 */
export function iniLines(text: string): readonly IniLine[] {
  const lines: IniLine[] = []
  let section: string | undefined
  let key: string | undefined
  let depth = 0
  // A byte order mark belongs to the first line and is no part of what it says.
  const mark = byteOrderMark.exec(text)?.[0] ?? ''
  const parts = text.split(/(\r\n|\r|\n)/)
  for (let at = 0; at < parts.length; at += 2) {
    const whole = parts[at] ?? ''
    const end = parts[at + 1] ?? ''
    if (whole === '' && end === '') continue
    const offset = at === 0 ? mark.length : 0
    const raw = whole.slice(offset)
    const content = strip(raw)
    const from = raw.indexOf(content)
    const add = (kind: IniLine['kind'], valueAt = 0) => {
      const indent = raw.slice(0, from)
      lines.push({ text: whole, end, indent, kind, section, key, valueAt })
    }
    if (content === '') add('blank')
    else if (content.startsWith('#') || content.startsWith(';')) add('comment')
    else if (key !== undefined && from > depth) add('more')
    else {
      depth = from
      key = undefined
      const name = /^\[(.+)\]/s.exec(content)?.[1]
      const [, left, sign] = /^([^=:]+)([=:][ \t]*)/s.exec(content) ?? []
      if (name !== undefined) {
        section = name
        add('section')
      } else if (section === undefined || left === undefined || sign === undefined) add('unknown')
      else {
        key = strip(left).toLowerCase()
        add('key', offset + from + left.length + sign.length)
      }
    }
  }
  return lines
}

/** The file that the lines are. */
export function textOfLines(lines: readonly Pick<IniLine, 'text' | 'end'>[]): string {
  return lines.map(({ text, end }) => text + end).join('')
}
