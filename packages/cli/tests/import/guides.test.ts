import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inProcess } from '../support/in-process.ts'

const docs = join(import.meta.dirname, '..', '..', '..', '..', 'docs')

test.each(['migrate-from-afp.md', 'migrate-from-awscons.md'])(
  '%s names verbs and options that there are',
  async file => {
    const blocks = readFileSync(join(docs, file), 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)
    const lines = [...blocks].flatMap(([, text = '']) => text.split('\n'))
    const called = lines.filter(line => line.startsWith('rolecall '))
    expect(called.length).toBeGreaterThan(2)
    for (const line of called) {
      const [, ...words] = line.split(' ')
      const verb = words.slice(0, ['serve', 'agent'].includes(words[0] ?? '') ? 1 : 2)
      const { code, out } = await inProcess([...verb, '--help'])
      expect([line, code]).toEqual([line, 0])
      for (const [option] of line.matchAll(/ --?[a-z-]+/g)) expect(out).toContain(option.trim())
    }
  },
)
