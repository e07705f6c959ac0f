/** Style of the simulated AWS pages. A constant: its hash stands in the content security policy. */
export const consoleStyle = `
:root { --ground: #f2f3f3; --card: #fff; --text: #16191f; --muted: #545b64; --line: #d5dbdb; --bar: #232f3e;
  --accent: #c75300; --accent-text: #fff; --note: #fff4e5; --note-line: #e08a1e; --link: #0059b3; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0f141a; --card: #161d26; --text: #e9ebed; --muted: #a9b4c0; --line: #354150; --bar: #0b1016;
    --accent: #ff9d3c; --accent-text: #16191f; --note: #2b2010; --note-line: #a8640f; --link: #75b8ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
header { background: var(--bar); color: #fff; border-bottom: 3px solid #ff9900; }
.bar { max-width: 64rem; margin: 0 auto; padding: .75rem 1.25rem; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: center; }
.mark { font-weight: 700; letter-spacing: .01em; margin-right: auto; display: flex; align-items: center; gap: .6rem; }
.mark span { background: #ff9900; color: #16191f; border-radius: 4px; font-size: .75rem; padding: .1rem .45rem; text-transform: uppercase; letter-spacing: .06em; }
.who { font-size: .9rem; overflow-wrap: anywhere; }
.who small { color: #c9d1d9; font-size: .8rem; }
main { max-width: 64rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: .25rem 0 1.25rem; overflow-wrap: anywhere; }
h1 small { display: block; font-size: 1rem; font-weight: 400; color: var(--muted); }
h2 { font-size: 1.05rem; margin: 0 0 .75rem; }
.note { background: var(--note); border: 1px solid var(--note-line); border-radius: 8px; padding: .7rem 1rem; margin: 0 0 1.5rem; }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.1rem 1.25rem 1.25rem; }
.wide { grid-column: 1 / -1; }
dl { margin: 0; display: grid; grid-template-columns: 8rem 1fr; gap: .45rem 1rem; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
code, .mono { font: .92em/1.5 ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
ul.tags { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .4rem; }
ul.tags li { border: 1px solid var(--line); border-radius: 999px; padding: .1rem .7rem; font-size: .92rem; }
p { margin: 0 0 .75rem; } p:last-child { margin-bottom: 0; }
.muted { color: var(--muted); } .nowrap { white-space: nowrap; }
a { color: var(--link); }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; margin-top: 1.5rem; }
button { font: inherit; font-weight: 600; color: var(--accent-text); background: var(--accent); border: 0; border-radius: 8px; padding: .5rem 1.1rem; cursor: pointer; }
a:focus-visible, button:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: .1rem; } dd { margin-bottom: .6rem; } }
`
