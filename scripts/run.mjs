/**
 * What the npm scripts call: `node scripts/run.mjs TASK [ARGUMENT …]`. Installs what is missing,
 * then hands over to the pinned runtime.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, ensurePortal, pinnedNode, root, SetupError } from './install.mjs'

const command = join('packages', 'cli', 'src', 'main.ts')
const tasks = {
  start: { page: true, program: [command, 'demo'] },
  rolecall: { page: true, program: [command], inCallersFolder: true },
  test: { page: true, program: ['scripts/test.ts', 'all'] },
  'test:unit': { page: false, program: ['scripts/test.ts', 'unit'] },
  'test:e2e': { page: true, program: ['scripts/test.ts', 'e2e'] },
  check: { page: false, program: ['scripts/test.ts', 'static'] },
  format: { page: false, program: ['scripts/format.ts'] },
  build: { page: true, program: ['scripts/build.ts'] },
  docs: { page: false, program: ['scripts/docs.ts'] },
  bench: { page: false, program: ['bench/main.ts'] },
  interop: { page: true, program: ['interop/main.ts'] },
}

const [name = '', ...rest] = process.argv.slice(2)
const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined
if (task === undefined) {
  console.error(`rolecall: no task "${name}"\nhint: one of ${Object.keys(tasks).join(', ')}`)
  process.exit(2)
}

try {
  await ensureInstalled()
  if (task.page) await ensurePortal()
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  console.error(`rolecall: ${error.message}`)
  process.exit(1)
}

const [program, ...args] = task.program
const child = spawn(pinnedNode, [join(root, program), ...args, ...rest], {
  cwd: task.inCallersFolder ? (process.env.INIT_CWD ?? process.cwd()) : root,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${join(pinnedNode, '..')}:${process.env.PATH}` },
})
// A terminal sends its signals to the whole group; a supervisor sends them to this process only.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('close', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
