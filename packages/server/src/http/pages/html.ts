/** Text that goes into HTML. */

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Markup that was made by `html`: the only thing it inserts as it is. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** A template whose values are escaped, for element content and quoted attribute values. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Markup)[]): Markup {
  const [first = '', ...rest] = parts
  return new Markup(
    rest.reduce((text, part, index) => {
      const value = values[index] ?? ''
      return text + (value instanceof Markup ? value.text : escapeHtml(value)) + part
    }, first),
  )
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, char => escapes[char] ?? '')
}
