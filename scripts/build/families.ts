/** The files of the package: which modules are loaded together. What is in none goes where it is used. */

interface Family {
  readonly name: string
  readonly test: RegExp
  readonly priority: number
}

const cli = 'packages/cli/src/'

/** What most of the files share. */
const base = [
  'vault/(private-file|data-key|key-entry|unseal-keys)',
  '(places|failure|exit-codes|terminal)',
]

/** The command line: verbs, options, help. */
const program = [
  '(run|run-process|program)',
  'program/.*',
  'connections/(settings|flags)',
  'keys/print-.*',
  'portal-directory',
]

const of = (paths: readonly string[]) => new RegExp(`${cli}(${paths.join('|')})\\.ts$`)

export const families: readonly Family[] = [
  {
    name: 'base',
    test: new RegExp(`${of(base).source}|node_modules/@noble/ciphers/`),
    priority: 9,
  },
  {
    name: 'program',
    test: new RegExp(`${of(program).source}|node_modules/commander/`),
    priority: 8,
  },
]
