/** Questions to the person, by @inquirer/prompts on the terminal. */
import { Failure } from '../failure.ts'
import { painter, printable, type Terminal } from '../terminal.ts'
import type { Ask, Choice } from './ask.ts'
import { createStandingLine } from './standing-line.ts'
import { hasTerminal, terminalStreams } from './terminal-streams.ts'

/** Ask, and a list that is searched while the person types. */
export interface SearchingAsk extends Ask {
  /** `find` gives what fits a text, the best first; of an empty text what is shown at once. */
  search<T>(question: {
    readonly message: string
    readonly find: (text: string) => readonly Choice<T>[]
  }): Promise<T>
}

/** How a command asks. */
export interface AskOptions {
  /** Nobody is asked. */
  readonly skipPrompt?: boolean | undefined
  /** The command to type where somebody can be asked. Default: `rolecall login`. */
  readonly command?: string | undefined
}

type Prompts = typeof import('@inquirer/prompts')
interface Context {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
  readonly signal: AbortSignal
}

const ending: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
const longestText = 4096
const longestCode = 128
const shownAtOnce = 12
/** More in one list would only be scrolled through. */
const mostFound = 200

/** See {@link Ask}. Nothing is opened or loaded before the first question. */
export function createAsk(terminal: Terminal, options: AskOptions = {}): SearchingAsk {
  const { skipPrompt = false, command = 'rolecall login' } = options
  const standing = createStandingLine(terminal)
  let possible: boolean | undefined

  async function ask<T>(
    what: string,
    instead: string,
    run: (prompts: Prompts, context: Context) => Promise<T>,
  ): Promise<T> {
    const cannot = (why: string) =>
      new Failure(
        'cannotAsk',
        `${what} is needed, and ${why}`,
        `${instead}, or run on a terminal: ${command}`,
      )
    if (skipPrompt) throw cannot('--skip-prompt says that nobody is asked')
    const streams = await terminalStreams(terminal)
    if (streams === undefined) throw cannot('there is no terminal to ask on')
    const prompts = await import('@inquirer/prompts')
    const { input, output, close } = streams
    const stop = new AbortController()
    const end = () => stop.abort()
    // Else the prompt would never settle: at Ctrl-D, and when the terminal goes away.
    const onKey = (_: unknown, key?: { readonly ctrl?: boolean; readonly name?: string }) => {
      if (key?.ctrl === true && key.name === 'd') end()
    }
    input.on('keypress', onKey).once('end', end).once('close', end)
    // Who is ended at a question, by `timeout` or a program that waits for keys, leaves the terminal as it was.
    let signal: NodeJS.Signals | undefined
    const onSignal = (received: NodeJS.Signals) => {
      signal = received
      end()
    }
    for (const each of ending) process.on(each, onSignal)
    standing.hide()
    try {
      const answer = await run(prompts, { input, output, signal: stop.signal })
      standing.show()
      return answer
    } catch (error) {
      throw isStop(error) ? new Failure('interrupted', 'stopped') : error
    } finally {
      input.off('keypress', onKey).off('end', end).off('close', end)
      close()
      for (const each of ending) process.off(each, onSignal)
      if (signal !== undefined) process.kill(process.pid, signal)
    }
  }

  const search: SearchingAsk['search'] = ({ message, find }) =>
    ask(sayable(message), 'name it on the command line', async ({ search }, context) => {
      const source = (text: string | undefined) =>
        find((text ?? '').slice(0, longestText))
          .slice(0, mostFound)
          .map(shown)
      return await search({ message: printable(message), source, pageSize: shownAtOnce }, context)
    })

  return Object.freeze({
    get possible() {
      possible ??= !skipPrompt && hasTerminal(terminal)
      return possible
    },
    text: ({ message, initial }) =>
      ask(sayable(message), 'give it by its option', async ({ input }, context) => {
        // What cannot be shown as it is, is not offered.
        const offered = initial !== undefined && printable(initial) === initial
        const question = { message: printable(message), validate: fits(longestText) }
        return await input(offered ? { ...question, default: initial } : question, context)
      }),
    password: ({ message, longest = longestText }) =>
      ask(sayable(message), 'set ROLECALL_PASSWORD', ({ password }, context) =>
        password(
          {
            message: printable(message),
            mask: false,
            toggleMask: false,
            validate: fits(longest),
          },
          context,
        ),
      ),
    code: ({ message, digits }) =>
      ask(sayable(message), 'give it with --mfa-token', async ({ input }, context) => {
        const validate = (text: string) => isCode(bare(text), digits)
        return bare(await input({ message: printable(message), validate }, context))
      }),
    choice: ({ message, choices }) =>
      ask(sayable(message), 'name it on the command line', ({ select }, context) =>
        select(
          { message: printable(message), choices: choices.map(shown), pageSize: shownAtOnce },
          context,
        ),
      ),
    confirm: ({ message, initial = true }) =>
      ask(sayable(message), 'give it by its option', ({ confirm }, context) =>
        confirm({ message: printable(message), default: initial }, context),
      ),
    search,
    waiting: message => standing.stand(printable(message)),
    tell: message => standing.above(`${printable(message)}\n`),
  } satisfies SearchingAsk)

  function shown<T>({ value, label, note }: Choice<T>) {
    const name = printable(label)
    if (note === undefined) return { value, name }
    const dim = painter({ ...terminal.err, write: () => undefined, isTTY: true }, terminal.env)
    return { value, name: `${name}  ${dim('dim', printable(note))}`, short: name }
  }
}

/** Ctrl-C, and a terminal that was closed, as @inquirer/core tells them. */
function isStop(error: unknown): boolean {
  return error instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(error.name)
}

const bare = (code: string): string => code.replace(/\s/g, '')

const fits = (longest: number) => (text: string) =>
  text.length <= longest || `At most ${longest} characters.`

function isCode(code: string, digits: number | undefined): true | string {
  if (digits !== undefined && !(code.length === digits && /^\d+$/.test(code))) {
    return `${digits} digits.`
  }
  return (code !== '' && code.length <= longestCode) || `1 to ${longestCode} characters.`
}

/** The question as a part of a sentence. */
const sayable = (message: string): string => `an answer to "${message.replace(/[:?]\s*$/, '')}"`
