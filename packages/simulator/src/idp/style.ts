/** Style of the company IdP's pages. A constant: its hash stands in the content security policy. */
export const idpStyle = `
:root { --ground: #eef3f1; --card: #fff; --text: #1b2623; --muted: #55645f; --line: #cbd8d3; --field: #fff; --accent: #0b6b58; --accent-text: #fff; --bad: #a3261f; --bad-ground: #fdeceb; --link: #0b6b58; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #101715; --card: #18211e; --text: #e6eeeb; --muted: #a3b5ae; --line: #36453f; --field: #101715; --accent: #55cfb2; --accent-text: #08211b; --bad: #ffb3ad; --bad-ground: #3a1a18; --link: #7fdcc5; } }
* { box-sizing: border-box; }
html { height: 100%; }
body { min-height: 100%; margin: 0; display: grid; place-items: center; padding: 1.5rem; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { width: 100%; max-width: 25rem; }
.brand { display: flex; align-items: center; gap: .65rem; font-weight: 650; margin: 0 0 1rem; }
.brand i { width: 2rem; height: 2rem; border-radius: 9px; background: var(--accent); color: var(--accent-text); display: grid; place-items: center; font-style: normal; font-weight: 700; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 1.75rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .35rem; }
p { margin: 0 0 1rem; } p:last-child { margin-bottom: 0; }
.muted { color: var(--muted); overflow-wrap: anywhere; }
form { margin: 1.25rem 0 0; }
label { display: block; font-weight: 600; margin: 0 0 .3rem; }
input, select { width: 100%; font: inherit; color: inherit; background: var(--field); border: 1px solid var(--muted); border-radius: 9px; padding: .6rem .75rem; margin: 0 0 1rem; }
button { width: 100%; font: inherit; font-weight: 650; color: var(--accent-text); background: var(--accent); border: 0; border-radius: 9px; padding: .7rem 1rem; cursor: pointer; }
input:focus-visible, select:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.wrong { background: var(--bad-ground); color: var(--bad); border-radius: 9px; padding: .6rem .8rem; margin: 1rem 0 0; }
footer { color: var(--muted); font-size: .875rem; margin: 1rem .25rem 0; }
ul { padding-left: 1.2rem; margin: 0 0 1rem; overflow-wrap: anywhere; }
a { color: var(--link); }
`
