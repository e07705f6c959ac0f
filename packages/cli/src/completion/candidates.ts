/** What may come next on a command line: from the program itself, so that no second list can differ. */
import type { Argument, Command, Option } from 'commander'

/** One way to go on. */
export interface Candidate {
  readonly value: string
  /** For people; shells show it beside the value. */
  readonly note?: string | undefined
}

/** The kinds of values that are looked up; others are completed by the shell, or not at all. */
export type ValueKind = 'connection' | 'role' | 'profile'

/** What the shell shall do: offer these, its own names of files or of commands, or nothing. */
export interface Completion {
  readonly kind: 'values' | 'files' | 'commands'
  readonly candidates: readonly Candidate[]
}

/** Gives the values of a kind; `connection` is that of the command line so far. */
export type LookUp = (
  kind: ValueKind,
  asked: { readonly current: string; readonly connection: string | undefined },
) => Promise<readonly Candidate[]>

/** How far the words have come. */
interface State {
  readonly command: Command
  /** The option whose value comes next. */
  readonly option: Option | undefined
  /** How many arguments there are already. */
  readonly position: number
  /** After `--`, how many words. */
  readonly passed: number | undefined
  readonly connection: string | undefined
}

/** The candidates for the last of the words (without the program's own name), which may be empty. */
export async function complete(
  program: Command,
  words: readonly string[],
  lookUp: LookUp,
): Promise<Completion> {
  const current = words.at(-1) ?? ''
  const state = words.slice(0, -1).reduce(next, {
    ...{ command: program, option: undefined, position: 0 },
    ...{ passed: undefined, connection: undefined },
  })
  const { command, option, connection } = state
  const values = (of: Option | Argument, typed: string) =>
    valuesOf(of, typed, kind => lookUp(kind, { current: typed, connection }))
  if (state.passed !== undefined) return ofShell(state.passed === 0 ? 'commands' : 'files')
  if (option !== undefined) return await values(option, current)
  const [, flag, typed] = /^(--[^=]+)=(.*)$/s.exec(current) ?? []
  if (flag !== undefined && typed !== undefined) {
    const found = optionNamed(command, flag)
    if (found === undefined || isSwitch(found)) return matching([], '')
    const { kind, candidates } = await values(found, typed)
    return {
      kind,
      candidates: candidates.map(one => ({ ...one, value: `${flag}=${one.value}` })),
    }
  }
  const help = command.createHelp()
  if (current.startsWith('-')) {
    const options = help.visibleOptions(command).map(one => ({
      value: one.long ?? one.short ?? '',
      note: one.description,
    }))
    return matching(options, current)
  }
  const verbs = help.visibleCommands(command)
  if (verbs.length > 0 && state.position === 0) {
    return matching(
      verbs.map(one => ({ value: one.name(), note: one.description() })),
      current,
    )
  }
  const argument = argumentAt(command, state.position)
  return argument === undefined ? matching([], '') : await values(argument, current)
}

/** The candidates that begin as typed; else those that hold it. Case counts for nothing. */
export function matching(all: readonly Candidate[], typed: string): Completion {
  const folded = typed.toLowerCase()
  // What cannot be typed cannot be completed, and would be more than one line.
  const possible = all.filter(({ value }) => value !== '' && !/[\p{Cc}\p{Cf}]/u.test(value))
  const found = possible.filter(({ value }) => value.toLowerCase().startsWith(folded))
  const within = possible.filter(({ value }) => value.toLowerCase().includes(folded))
  return { kind: 'values', candidates: found.length > 0 ? found : within }
}

function next(state: State, word: string): State {
  const { command, option } = state
  if (state.passed !== undefined) return { ...state, passed: state.passed + 1 }
  if (option !== undefined) {
    const connection = kindOf(option) === 'connection' ? word : state.connection
    return { ...state, option: undefined, connection }
  }
  if (word === '--') return { ...state, passed: 0 }
  if (word.startsWith('-') && word !== '-') {
    const [, flag = word, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? []
    const found = optionNamed(command, flag)
    if (found === undefined || isSwitch(found)) return state
    if (value === undefined) return { ...state, option: found }
    return kindOf(found) === 'connection' ? { ...state, connection: value } : state
  }
  const verb = command.commands.find(one => one.name() === word || one.aliases().includes(word))
  if (verb !== undefined && state.position === 0) return { ...state, command: verb }
  return { ...state, position: state.position + 1 }
}

async function valuesOf(
  of: Option | Argument,
  typed: string,
  lookUp: (kind: ValueKind) => Promise<readonly Candidate[]>,
): Promise<Completion> {
  if (of.argChoices !== undefined) {
    return matching(
      of.argChoices.map(value => ({ value })),
      typed,
    )
  }
  const kind = kindOf(of)
  if (kind === 'file') return ofShell('files')
  return kind === undefined ? matching([], '') : matching(await lookUp(kind), typed)
}

/** By the name of an option, or that of an argument: `[role]`, `<file>`. */
function kindOf(of: Option | Argument): ValueKind | 'file' | undefined {
  const name = 'flags' in of ? of.name() : of.name()
  if (name === 'connection' || name === 'idp-account') return 'connection'
  if (name === 'profile' || name === 'exec-profile') return 'profile'
  if (name === 'role') return 'role'
  const value = 'flags' in of ? (/[<[]([^>\]]*)/.exec(of.flags)?.[1] ?? '') : name
  return /file|path|folder|directory/i.test(value) ? 'file' : undefined
}

/** The last argument takes all words when it is `name...`. */
function argumentAt(command: Command, position: number): Argument | undefined {
  const all = command.registeredArguments
  const last = all.at(-1)
  return all[position] ?? (last?.variadic === true ? last : undefined)
}

const optionNamed = (command: Command, flag: string): Option | undefined =>
  command.options.find(({ long, short }) => long === flag || short === flag)

const isSwitch = (option: Option): boolean => !option.required && !option.optional

const ofShell = (kind: 'files' | 'commands'): Completion => ({ kind, candidates: [] })
