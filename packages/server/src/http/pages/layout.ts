/** The frame of every page that the server makes itself. */
import { html, Markup } from './html.ts'

const style = `
:root{color-scheme:light dark;--line:#e1e5ea;--soft:#545e6d;--accent:#2b4fc7;--back:#f5f6f8;--card:#fff;--ink:#151a22;--warn:#b25000}
@media (prefers-color-scheme:dark){:root{--line:#29303a;--soft:#9da8b8;--accent:#97aff7;--back:#0e1116;--card:#161a21;--ink:#e7eaf0;--warn:#f0a35e}}
*{box-sizing:border-box}
body{margin:0;padding:8vh 16px;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:34rem;margin:0 auto;padding:24px 24px 12px;border:1px solid var(--line);border-radius:8px;background:var(--card);overflow-wrap:anywhere}
h1{margin:0 0 12px;font-size:1.375rem;line-height:1.3}
p{margin:0 0 12px}
.soft{color:var(--soft);font-size:.9375rem}
code{font:.9375em ui-monospace,monospace}
a{color:var(--accent)}
button{font:inherit;padding:8px 16px;border:0;border-radius:6px;background:var(--accent);color:var(--card);cursor:pointer}
button.plain{background:transparent;color:var(--ink);box-shadow:inset 0 0 0 1px var(--line)}
form p{display:flex;flex-wrap:wrap;gap:12px}
label{display:block;margin:0 0 4px}
input{font:inherit;width:100%;padding:8px 12px;border:1px solid var(--soft);border-radius:6px;background:transparent;color:inherit}
input.code{font:1.25rem ui-monospace,monospace;letter-spacing:.12em;text-transform:uppercase}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:0 0 16px}
dt{color:var(--soft)}
dd{margin:0}
.code{font:600 1.5rem/1.4 ui-monospace,monospace;letter-spacing:.12em}
.warn{padding:8px 12px;border-left:4px solid var(--warn);background:var(--back)}
a:focus-visible,button:focus-visible,input:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
`

/** A whole document. `nonce` must also stand in the page's content security policy. */
export function layout(title: string, nonce: string, body: Markup, script?: string): string {
  // Style and script are our own constants: they hold nothing that came from outside.
  const styleTag = html`<style nonce="${nonce}">${new Markup(style)}</style>`
  const scriptTag =
    script === undefined ? '' : html`<script nonce="${nonce}">${new Markup(script)}</script>`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${styleTag}
</head>
<body>
<main>
${body}
</main>
${scriptTag}
</body>
</html>
`.text
}

/** A new nonce for one answer. */
export function newNonce(random: (bytes: number) => Uint8Array): string {
  return Buffer.from(random(16)).toString('base64')
}
