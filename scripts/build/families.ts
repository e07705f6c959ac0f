/** The files of the package: which modules are loaded together. What is in none goes where it is used. */

interface Family {
  readonly name: string
  readonly test: RegExp
  readonly priority: number
}

const cli = 'packages/cli/src/'

/** All that a command with fresh keys loads: one file. */
const atOnce = [
  'hot/(request|answer|answer-at-once)',
  'vault/(data-key|key-entry|private-file|seal)',
  'keys/(print-credential-process|print-env|role-environment)',
  'exec/(run-command|can-replace)',
  'agent/variables',
  '(places|failure|exit-codes|terminal)',
]

/** The command line: verbs, options, help. */
const program = ['(run|run-process|program|compile-cache)', 'program/.*', 'connections/(settings|flags)', 'keys/print-.*', 'portal-directory']

/** What every verb of a role uses. */
const role = [
  '(connections|keys|roles|ask|hot|files|vault|exec)/(?!keyring-child).*',
  'sources/(open-source|source|saml/read-policy)',
  'verbs/(credentials|credentials-of-role|credentials-way|credential-failure|env|exec|shell|login|login-all|roles|status|whoami|logout)',
]

const of = (paths: readonly string[]) => new RegExp(`${cli}(${paths.join('|')})\\.ts$`)

export const families: readonly Family[] = [
  { name: 'at-once', test: of(atOnce), priority: 9 },
  { name: 'program', test: new RegExp(`${of(program).source}|node_modules/commander/`), priority: 8 },
  { name: 'role', test: of(role), priority: 7 },
  { name: 'sign-in', test: of(['(providers|sources|web|open|security-key)/.*']), priority: 6 },
  { name: 'aws', test: /packages\/aws\/src\//, priority: 5 },
  { name: 'saml', test: /packages\/saml\/src\//, priority: 5 },
  { name: 'questions', test: /node_modules\/(@inquirer|fuzzysort)\//, priority: 5 },
  { name: 'simulator', test: /packages\/simulator\/src\//, priority: 5 },
]
