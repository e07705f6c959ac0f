/** Rules of grants for tests: one hour for everyone, changed by what the test says. */
import type { GrantRule, GrantTarget } from '../../src/config/grant-rule.ts'
import { parseTemplate, type Template } from '../../src/config/grant-template.ts'

/** A rule with defaults. */
export function grantRule(over: Partial<GrantRule> & { readonly name: string }): GrantRule {
  return {
    file: 'test.yaml',
    line: 1,
    effect: 'allow',
    groups: [],
    users: [],
    allGroups: [],
    sources: undefined,
    groupPattern: undefined,
    roleTags: undefined,
    machines: undefined,
    when: undefined,
    target: { kind: 'everything' },
    durationSeconds: 3600,
    forms: ['console', 'credentials'],
    policy: undefined,
    policyArns: [],
    tags: [],
    transitiveTagKeys: [],
    sourceIdentity: undefined,
    destination: undefined,
    region: undefined,
    path: undefined,
    ...over,
  }
}

/** Roles of accounts by alias and name, templates included; `*` for all of them. */
export function rolesOf(
  account: string | readonly string[],
  role: string | readonly string[],
): GrantTarget {
  return {
    kind: 'roles',
    accounts: account === '*' ? { kind: 'all' } : { kind: 'named', names: templates(account) },
    roles: role === '*' ? { kind: 'all' } : { kind: 'named', names: templates(role) },
  }
}

function templates(texts: string | readonly string[]): readonly Template[] {
  return [texts].flat().map(text => {
    const template = parseTemplate(text)
    if (template === undefined) throw new Error(`no template: ${text}`)
    return template
  })
}
