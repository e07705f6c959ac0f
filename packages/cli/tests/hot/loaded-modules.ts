/** Preloaded into the command: writes what it loads to the file that LOADED_MODULES names. */
import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const file = process.env.LOADED_MODULES ?? ''
registerHooks({
  load(url, context, next) {
    appendFileSync(file, `${url}\n`)
    return next(url, context)
  },
})
process.on('exit', () => {
  const builtIn = process.moduleLoadList.filter(name => name.startsWith('NativeModule '))
  appendFileSync(file, builtIn.map(name => `${name.replace('NativeModule ', 'node:')}\n`).join(''))
})

declare global {
  namespace NodeJS {
    interface Process {
      readonly moduleLoadList: readonly string[]
    }
  }
}
