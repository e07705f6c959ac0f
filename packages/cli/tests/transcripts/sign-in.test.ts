/** Sign-in and the picker as a person sees them: on a terminal, in processes of their own. */
import { describe, expect, test } from 'vitest'
import { codeAt } from '../jumpcloud/world.ts'
import { company, passwordOf } from './support/company.ts'
import { commandWords, onTerminal } from './support/on-terminal.ts'

const { machine, secrets } = await company()

/** The command as a word of `sh -c`. */
const rolecall = commandWords.map(word => `'${word}'`).join(' ')
const shell = ['/bin/sh', '-c'] as const

// Processes wait for each other on a machine with few cores.
describe.concurrent('on a terminal', { timeout: 90_000 }, () => {
  test('login asks, asks again, and lets the role be picked', async () => {
    const { code, screen, raw } = await onTerminal(['login'], {
      env: machine(),
      steps: [
        ['Username:', 'alice@example.com\r'],
        [/Password of alice@example\.com:/, 'not the password\r'],
        [/did not take[\s\S]*Password of/, `${passwordOf('alice')}\r`],
        [/Role:[\s\S]*nonprod\/Admin {2}444455556666[\s\S]*prod\/ReadOnly/, 'read'],
        [/Role: read[\s\S]*prod\/ReadOnly/, '\r'],
      ],
    })
    expect(code).toBe(0)
    expect(screen.split('\n')).toEqual([
      expect.stringMatching(/^connection default: JumpCloud, 127\.0\.0\.1:\d+$/),
      '✔ Username: alice@example.com',
      '✔ Password of alice@example.com:',
      'JumpCloud did not take the username or the password',
      '✔ Password of alice@example.com:',
      expect.stringMatching(/^the password is kept in an encrypted file/),
      ...(screen.includes('secrets; rolecall') ? [] : [expect.any(String)]),
      '✔ Role: prod/ReadOnly',
      'role prod/ReadOnly (arn:aws:iam::111122223333:role/ReadOnly)',
      'logged in as arn:aws:sts::111122223333:assumed-role/ReadOnly/alice@example.com',
      expect.stringMatching(/^they work until \S+ \(in (1 h|59 min)\)$/),
      'use them: rolecall exec prod/ReadOnly -- aws sts get-caller-identity',
    ])
    secrets.expectNone({ raw })
    expect(raw).not.toContain('not the password')
  })

  test('three refusals are the end', async () => {
    const wrong = ['Password of', 'wrong\r'] as const
    const { code, screen } = await onTerminal(['login'], {
      env: machine({ person: 'alice' }),
      steps: [
        wrong,
        [/did not take[\s\S]*Password of/, 'wrong\r'],
        [/did not take[\s\S]*Password of/, 'x\r'],
      ],
    })
    expect(code).toBe(10)
    expect(screen).toMatch(/rolecall: JumpCloud did not take the username or the password\nhint: /)
  })

  test('a one-time code is asked for', async () => {
    const { code, screen, raw } = await onTerminal(['login', 'nonprod/admin'], {
      env: machine({ person: 'tom', env: { ROLECALL_PASSWORD: passwordOf('tom') } }),
      steps: [[/code/i, `${codeAt(new Date()).replace(/^.../, '$& ')}\r`]],
    })
    expect([code, screen]).toEqual([
      0,
      expect.stringContaining('logged in as arn:aws:sts::444455556666'),
    ])
    secrets.expectNone({ raw })
  })

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s at the password ends it, and the terminal is as before', async (_, key) => {
    const { code, screen } = await onTerminal([`${rolecall} login; echo "code $?"; stty -a`], {
      through: shell,
      env: machine({ person: 'alice' }),
      steps: [['Password of', key]],
    })
    expect(code).toBe(0)
    expect(screen).toContain('rolecall: stopped')
    expect(screen).toContain('code 130')
    expect(screen).toMatch(/(^|\s)echo(\s|$)/m)
    expect(screen).toMatch(/(^|\s)icanon(\s|$)/m)
  })

  test('eval asks on the terminal, and gets only the variables', async () => {
    const script = `eval "$(${rolecall} env)"; echo "have $ROLECALL_ROLE_NAME $AWS_REGION"`
    const { code, screen, raw } = await onTerminal([script], {
      through: shell,
      env: machine({ person: 'alice' }),
      steps: [
        ['Password of', `${passwordOf('alice')}\r`],
        [/Role:[\s\S]*prod\/Admin/, '\u001b[B\r'],
      ],
    })
    expect([code, screen]).toEqual([0, expect.stringContaining('have prod/Admin eu-central-1')])
    secrets.expectNone({ raw })
  })

  test('a credential process asks on the terminal though all its streams are pipes', async () => {
    const script = `echo | ${rolecall} credentials prod/admin 2>/dev/null | cut -c1-12`
    const { screen } = await onTerminal([script], {
      through: shell,
      env: machine({ person: 'alice' }),
      steps: [['Password of', `${passwordOf('alice')}\r`]],
    })
    expect(screen.split('\n').at(-1)).toBe('{"Version":1')
  })

  test('of several roles that fit the person picks', async () => {
    const { code, screen } = await onTerminal(
      ['exec', 'admin', '--', 'sh', '-c', 'echo "<$ROLECALL_ROLE_NAME>"; exit 5'],
      {
        env: machine({ person: 'alice', env: { ROLECALL_PASSWORD: passwordOf('alice') } }),
        steps: [[/Which admin:[\s\S]*nonprod\/Admin[\s\S]*prod\/Admin/, '\r']],
      },
    )
    expect([code, screen]).toEqual([5, expect.stringContaining('<nonprod/Admin>')])
  })

  test('a shell with the role is the person’s own', async () => {
    const { code, screen } = await onTerminal(['shell', 'prod/admin'], {
      env: machine({
        person: 'alice',
        env: { ROLECALL_PASSWORD: passwordOf('alice'), SHELL: '/bin/sh', PS1: 'ready> ' },
      }),
      steps: [['ready>', 'echo "[$ROLECALL_ROLE_NAME]" "[$ROLECALL_PASSWORD]"; exit 3\r']],
    })
    expect([code, screen]).toEqual([3, expect.stringContaining('[prod/Admin] []')])
  })

  test('text of servers moves no cursor and has no colour', async () => {
    const { code, screen, raw } = await onTerminal(['roles'], {
      env: machine({
        person: 'alice',
        application: 'one',
        env: { ROLECALL_PASSWORD: passwordOf('alice') },
      }),
    })
    expect(code).toBe(0)
    expect(screen).toContain('evil\\u{1b}[2J\\u{1b}[31m\\u{1b}[H\\u{202e}label')
    expect(raw).not.toContain('\u001b[2J')
    expect(raw).not.toContain('\u202e')
  })
})
