/** The report of an import, as Markdown and as plain data. */
import type { Finding, Findings, Verdict } from './findings.ts'

/** How many lines had each fate. */
export function countsOf(list: readonly Finding[]): Readonly<Record<Verdict, number>> {
  const count = (verdict: Verdict) => list.filter(one => one.verdict === verdict).length
  return { kept: count('kept'), changed: count('changed'), refused: count('refused') }
}

/** By file and line, as the files have them. */
export function inOrder(list: readonly Finding[]): readonly Finding[] {
  return [...list].sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
}

/** Questions first: they are what somebody must look at. */
export function markdownReport(
  { list, questions }: Findings,
  facts: { readonly title: string; readonly differences: readonly string[] },
): string {
  const { kept, changed, refused } = countsOf(list)
  const lines = [
    `# ${text(facts.title)}`,
    '',
    `${kept} kept, ${changed} changed, ${refused} refused.`,
  ]
  if (questions.length > 0) lines.push('', '## Questions', '')
  for (const { key, question, assumed } of questions) {
    lines.push(`- \`${key}\`: ${text(question)} Assumed: ${text(assumed)}.`)
  }
  for (const verdict of ['refused', 'changed', 'kept'] as const) {
    const found = inOrder(list).filter(one => one.verdict === verdict)
    if (found.length === 0) continue
    lines.push('', `## ${verdict.charAt(0).toUpperCase()}${verdict.slice(1)}`, '')
    for (const one of found) lines.push(`- ${sentence(one)}`)
  }
  lines.push('', '## What else is different', '', ...facts.differences.map(line => `- ${line}`))
  return `${lines.join('\n')}\n`
}

function sentence({ file, line, key, now, why, todo }: Finding): string {
  const parts = [`\`${code(file)}:${line}\` \`${code(key)}\``]
  if (now !== undefined) parts.push(` → \`${code(now)}\``)
  if (why !== undefined) parts.push(`: ${text(why)}.`)
  if (todo !== undefined) parts.push(` To do: ${text(todo)}.`)
  return parts.join('')
}

/** Old names and values stand in it: nothing of them may end a code span or a line, or be HTML. */
const code = (value: string) => value.replace(/[`\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
const text = (value: string) => value.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '?').replaceAll('<', '&lt;')
