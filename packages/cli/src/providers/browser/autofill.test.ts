import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { startAutofill } from './autofill.ts'

const login = { url: 'https://idp.example/app', username: 'alice', password: 'hidden-secret' }

/** A page of an origin, which has replaced what scripts use. */
async function visit(origin: string) {
  const told: unknown[] = []
  const page = {
    location: { origin },
    tell: (value: unknown) => told.push(JSON.stringify(value)),
    document: {
      readyState: 'complete',
      querySelectorAll: (selector: string) => {
        told.push(selector)
        return []
      },
    },
  }
  const hostile = `Array.prototype[Symbol.iterator] = function* () { tell(this) }`
  let answer: unknown
  const seen = new Promise<void>(resolve => {
    const autofill = startAutofill(
      {
        pages: new Set(['one']),
        async evaluate(_, expression) {
          await Promise.resolve()
          answer = runInNewContext(`${hostile}; ${expression}`, page)
          autofill.stop()
          resolve()
          return answer
        },
      },
      login,
    )
  })
  await seen
  return { answer, told }
}

test('a page of another origin is told nothing, whatever it has replaced', async () => {
  for (const origin of ['https://evil.example', 'http://idp.example', 'null']) {
    expect(await visit(origin)).toEqual({ answer: 'nothing', told: [] })
  }
})

test('a page of the origin of the connection is looked at', async () => {
  const { told } = await visit('https://idp.example')
  expect(told[0]).toContain('input[type=password]')
})
