import { consoleStyle } from '../signin/style.ts'

/** Style of the page of calls: that of the console page, and a table. A constant, as its hash stands in a policy. */
export const callsStyle = `${consoleStyle}
main.wide-page, .wide-page .bar { max-width: 96rem; }
.toolbar { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: baseline; margin: 0 0 1rem; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.scroll:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; padding: .9rem 1rem .4rem; color: var(--muted); }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--muted); font-weight: 600; white-space: nowrap; }
td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.arn { min-width: 14rem; overflow-wrap: anywhere; } td.call { min-width: 10rem; } td.more { min-width: 12rem; }
.result { display: inline-block; border-radius: 6px; padding: .05rem .5rem; border: 1px solid; white-space: nowrap; }
.went-well { color: var(--well); } .refused { color: var(--bad); font-weight: 600; }
details summary { cursor: pointer; color: var(--link); } details dl { margin: .5rem 0 .25rem; grid-template-columns: minmax(6rem, auto) 1fr; gap: .2rem .75rem; }
summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
.empty { padding: 1rem; margin: 0; }
:root { --well: #1d7324; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --well: #7ddb87; --bad: #ff9c94; } }
`
