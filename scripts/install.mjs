/**
 * Brings a fresh clone to a state in which the pinned runtime can run the tasks. Plain JavaScript
 * and only built-in modules: an older Node (20 and up) reads this before anything is installed.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The pinned runtime, as npm lays it down. */
export const pinnedNode = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)

const installedStamp = join(root, 'node_modules', '.rolecall-installed')
/** Where an older Node puts the pinned one while it installs. */
const fetchedNode = join(root, '.cache', 'node')
const portal = join(root, 'packages', 'portal')
const portalStamp = join(portal, 'dist', '.built-from')

/** Says what went wrong and what to do; the caller exits with 1. */
export class SetupError extends Error {}

/** Installs the locked packages when the lock file is not the one that was installed last. */
export async function ensureInstalled() {
  const wanted = lockDigest()
  if (existsSync(pinnedNode) && readIfThere(installedStamp) === wanted) return
  const node = runtimeForNpm()
  await run(
    'installing packages',
    node,
    [npmProgram(), 'ci', '--no-audit', '--no-fund', '--loglevel=error'],
    'Check the network and the npm registry, then run the command again.',
  )
  // Some npm settings (ignore-scripts) leave the runtime's own install step out.
  if (!works(pinnedNode)) {
    const step = join(root, 'node_modules', 'node', 'installArchSpecificPackage.js')
    spawnSync(node, [step], { cwd: dirname(step), stdio: 'ignore', env: process.env })
  }
  if (!works(pinnedNode)) {
    throw new SetupError(
      `the pinned runtime did not install at ${pinnedNode}\n` +
        'hint: allow the install script of the npm package "node", or run: npm rebuild node',
    )
  }
  rmSync(fetchedNode, { recursive: true, force: true })
  writeFileSync(installedStamp, wanted)
}

/** Builds the web page when its sources are not those that were built last. */
export async function ensurePortal() {
  const wanted = digestOf([
    ...filesBelow(join(portal, 'src')),
    ...['index.html', 'vite.config.ts', 'package.json'].map(name => join(portal, name)),
    ...filesBelow(join(root, 'scripts', 'build')),
    join(root, 'package-lock.json'),
  ])
  if (readIfThere(portalStamp) === wanted) return
  await run(
    'building the web page',
    pinnedNode,
    [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'error'],
    'The lines above say what the build met; `npm run check` shows type errors.',
    portal,
  )
  writeFileSync(portalStamp, wanted)
}

function lockDigest() {
  return digestOf([join(root, 'package-lock.json')])
}

function digestOf(files) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`)
  for (const file of files) hash.update(file.slice(root.length)).update(readFileSync(file))
  return hash.digest('hex')
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry =>
      entry.isDirectory()
        ? filesBelow(join(folder, entry.name))
        : entry.name.includes('.test.')
          ? []
          : [join(folder, entry.name)],
    )
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function works(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0
}

/**
 * The Node that runs `npm ci`. npm leaves optional native packages out, or picks older ones, when
 * its own Node does not satisfy their `engines`; so an older Node first fetches the pinned one.
 */
function runtimeForNpm() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  if (works(pinnedNode)) return pinnedNode
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const place = fetchedNode
  const found = join(place, 'node_modules', 'node', 'bin', 'node')
  if (works(found)) return found
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'package.json'), '{"private":true,"allowScripts":{"node":true}}\n')
  say(`fetching Node.js ${devDependencies.node} (this one is ${process.versions.node})`)
  const done = spawnSync(
    process.execPath,
    [
      npmProgram(),
      'install',
      '--prefix',
      place,
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `node@${devDependencies.node}`,
    ],
    { cwd: place, stdio: ['ignore', 'ignore', 'inherit'], env: npmEnvironment() },
  )
  if (done.status !== 0 || !works(found)) {
    throw new SetupError(
      `Node.js ${devDependencies.node} could not be fetched from npm\n` +
        'hint: start with Node.js 22.18 or newer, or check the network and the npm registry',
    )
  }
  return found
}

function npmProgram() {
  const given = process.env.npm_execpath
  if (given?.endsWith('npm-cli.js') && existsSync(given)) return given
  const places = [
    join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ]
  const found = places.find(place => existsSync(place))
  if (found === undefined) throw new SetupError('npm was not found\nhint: run it as `npm start`')
  return found
}

/** npm hands its own settings down to scripts as variables; an inner npm must not inherit them. */
function npmEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|command)/.test(name)),
  )
}

function say(text) {
  process.stderr.write(`rolecall: ${text}\n`)
}

async function run(what, program, args, hint, cwd = root) {
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  const terminal = process.stderr.isTTY === true
  if (!terminal) say(`${what} …`)
  const ticker = terminal
    ? setInterval(() => process.stderr.write(`\rrolecall: ${what} … ${seconds()} s`), 250)
    : undefined
  let output = ''
  const status = await new Promise(resolve => {
    const child = spawn(program, args, { cwd, env: npmEnvironment() })
    const keep = chunk => {
      output = (output + chunk).slice(-20_000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', error => {
      keep(error.message)
      resolve(1)
    })
    child.on('close', code => resolve(code ?? 1))
  })
  clearInterval(ticker)
  if (terminal) process.stderr.write('\r\u001b[K')
  if (status !== 0) throw new SetupError(`${what} failed\n${output.trim()}\nhint: ${hint}`)
  say(`${what}: done in ${seconds()} s`)
}
