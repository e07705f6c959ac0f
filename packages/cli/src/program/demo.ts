import { type AddVerbs, examples } from './verb.ts'
import { wholeNumber } from './whole-number.ts'

const portNumber = wholeNumber('A port', { least: 0, most: 65_535 })

/** `rolecall demo` */
export const addDemo: AddVerbs = (program, _terminal, done) => {
  examples(
    program
      .command('demo')
      .description('run the gateway with a simulated AWS and a simulated company')
      .option('--check', 'walk through sign-in, role, keys and console once, then stop')
      .option('--port <number>', 'port of the web page (default: 8080, or a free one)', portNumber)
      .option('--json', 'print JSON'),
    ['rolecall demo', 'rolecall demo --check', 'rolecall demo --port 9000'],
    'Nothing leaves this machine, and nothing is kept after the end.',
  ).action(async (options: { check?: boolean; port?: number; json?: boolean }) => {
    const { runDemo } = await import('../demo.ts')
    const { check = false, json = false, port } = options
    done(await runDemo({ check, json, ...(port === undefined ? {} : { port }) }))
  })
}
