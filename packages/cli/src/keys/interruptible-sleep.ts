import { Failure } from '../failure.ts'

/** Waits. Ctrl-C ends it: it throws `Failure` `interrupted`, so that what is under way is put in order. */
export function interruptibleSleep(ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      process.off('SIGINT', stop)
      reject(new Failure('interrupted', 'stopped'))
    }
    const timer = setTimeout(() => {
      process.off('SIGINT', stop)
      resolve()
    }, ms)
    process.on('SIGINT', stop)
  })
}
