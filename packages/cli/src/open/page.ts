/** The small pages that the command shows in a browser. They have no script and lead nowhere. */
import { createHash } from 'node:crypto'

const style = `:root{color-scheme:light dark;--line:#e1e5ea;--back:#f5f6f8;--card:#fff;--ink:#151a22}
@media (prefers-color-scheme:dark){:root{--line:#29303a;--back:#0e1116;--card:#161a21;--ink:#e7eaf0}}
*{box-sizing:border-box}
body{margin:0;padding:8vh 16px;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:34rem;margin:0 auto;padding:24px 24px 12px;border:1px solid var(--line);border-radius:8px;background:var(--card);overflow-wrap:anywhere}
h1{margin:0 0 12px;font-size:1.375rem;line-height:1.3}
p{margin:0 0 12px}`

/** What a page says. */
export interface PageText {
  readonly title: string
  readonly text: string
}

/** Headers of every answer with a page, or with the way on. */
export const pageHeaders: Readonly<Record<string, string>> = Object.freeze({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
})

/** A whole document. */
export function page({ title, text }: PageText): string {
  const safe = escapeHtml(title)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${safe}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${safe}</h1>
<p>${escapeHtml(text)}</p>
</main>
</body>
</html>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`)
}
