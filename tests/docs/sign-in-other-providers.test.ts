import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { mfaNames } from '../../packages/cli/src/connections/providers.ts'
import { buildProgram } from '../../packages/cli/src/program.ts'
import { providerOf } from '../../packages/cli/src/providers/index.ts'

const page = readFileSync(
  join(import.meta.dirname, '..', '..', 'docs', 'sign-in-other-providers.md'),
  'utf8',
)

/** The part of the page below a heading. */
function section(heading: string): string {
  return page.split(/^## /m).find(part => part.startsWith(`${heading}\n`)) ?? ''
}

describe('docs/sign-in-other-providers.md', () => {
  it.each([
    ['Keycloak', 'KeyCloak'],
    ['Okta', 'Okta'],
    ['authentik', 'Authentik'],
  ] as const)('%s: its table has the second factors of %s', async (heading, name) => {
    const rows = [...section(heading).matchAll(/^\| (`[^|]+`) \|/gm)].map(([, cell = '']) => cell)
    const named = rows.flatMap(cell => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text))
    const listed = named.filter(text => text !== '--mfa')
    expect(listed.toSorted()).toEqual([...mfaNames[name]].toSorted())
    expect((await providerOf(name)).mfa).toEqual(mfaNames[name])
  })

  it('types verbs and options that there are', () => {
    const terminal = {
      in: new PassThrough(),
      out: { write: () => true },
      err: { write: () => true },
      env: {},
    }
    const program = buildProgram(terminal, () => undefined)
    const lines = [...page.matchAll(/^rolecall ([a-z]+)(.*)$/gm)]
    expect(lines).toHaveLength(7)
    for (const [, verb = '', rest = ''] of lines) {
      const command = program.commands.find(each => each.name() === verb)
      const known = command?.options.map(({ long }) => long) ?? []
      for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(known).toContain(option)
    }
  })
})
