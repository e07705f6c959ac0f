/** A process that takes keys from the cache: `take-child.ts FOLDER BEHAVIOUR`; what it got goes to stdout. */
import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../../src/failure.ts'
import { openKeyCache } from '../../src/vault/key-cache.ts'
import { keyName, keysUntil } from './keys.ts'

const [folder = '', behaviour = 'give'] = process.argv.slice(2)

async function make() {
  appendFileSync(join(folder, 'makes'), `${process.pid}\n`)
  // Until the test says that all of them are on their way.
  while (!existsSync(join(folder, 'go'))) await sleep(10)
  if (behaviour === 'hang') await sleep(600_000)
  if (behaviour === 'fail') throw new Failure('signInRefused', 'wrong password', 'try another')
  return keysUntil(new Date(Date.now() + 3_600_000))
}

const env = { ROLECALL_STATE: join(folder, 'state'), XDG_RUNTIME_DIR: join(folder, 'run') }
const cache = openKeyCache(env, { tell: () => undefined })
// From here on it counts as one of those that wait.
const taking = cache.get(keyName, make)
appendFileSync(join(folder, 'started'), '.')
try {
  const keys = await taking
  process.stdout.write(`${keys.accessKeyId}\n`)
} catch (error) {
  if (!(error instanceof Failure)) throw error
  process.stdout.write(`${error.reason}: ${error.message} (${error.hint})\n`)
}
