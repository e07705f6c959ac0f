import { createHash } from 'node:crypto'
import type { Outgoing } from './exchange.ts'

/** HTML that is safe to send: made by the `html` tag, which escapes whatever is put into it. */
export interface Html {
  readonly html: string
}

type Part = string | number | Html | undefined | false | readonly Part[]

/** Builds HTML; every value that is not `Html` itself is escaped, lists are joined, `undefined` and `false` are nothing. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const all = texts.map((text, index) => text + render(parts[index]))
  return { html: all.join('') }
}

function render(part: Part): string {
  if (part === undefined || part === false) return ''
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part))
  if ('html' in part) return part.html
  return part.map(render).join('')
}

/** Text for element content or a quoted attribute. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, character => `&#${character.charCodeAt(0)};`)
}

/** A page and what its content security policy must allow beside its own style. */
export interface Page {
  readonly status?: number
  readonly title: string
  readonly style: string
  readonly body: Html
  /** The one script of the page, allowed by its hash. */
  readonly script?: string
  /** Origins or `'self'` to which its forms may post. */
  readonly formAction?: readonly string[]
  readonly headers?: Outgoing['headers']
}

/** Puts a page into an answer: no caching, no framing, nothing loaded from elsewhere. */
export function pageResponse(page: Page): Outgoing {
  const script = page.script === undefined ? undefined : page.script
  const policy = [
    "default-src 'none'",
    `style-src ${sourceHash(page.style)}`,
    script === undefined ? undefined : `script-src ${sourceHash(script)}`,
    `form-action ${page.formAction?.join(' ') ?? "'none'"}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  // The style and the script are constants of this package and go in as they are, so that their hashes hold.
  const body = `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(page.title)}</title>
<style>${page.style}</style></head>
<body>${page.body.html}${script === undefined ? '' : `<script>${script}</script>`}</body></html>
`
  return {
    status: page.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'content-security-policy': policy.filter(part => part !== undefined).join('; '),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      ...page.headers,
    },
    body,
  }
}

function sourceHash(source: string): string {
  return `'sha256-${createHash('sha256').update(source).digest('base64')}'`
}
