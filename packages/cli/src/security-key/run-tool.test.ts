import { describe, expect, it } from 'vitest'
import { runTool } from './run-tool.ts'

const { env } = process

describe('runTool', () => {
  it('gives what the tool wrote and how it ended', async () => {
    const script = 'echo out; echo wrong >&2; echo "$AWS_SECRET_ACCESS_KEY" >&2; exit 3'
    const secret = { ...env, AWS_SECRET_ACCESS_KEY: 'hidden' }
    const result = await runTool('sh', ['-c', script], { env: secret, timeoutMs: 60_000 })
    expect(result).toEqual({ code: 3, stdout: 'out\n', stderr: 'wrong\n\n' })
  })

  it('gives undefined for a program that is not there', async () => {
    expect(await runTool('no-such-tool', [], { env, timeoutMs: 60_000 })).toBeUndefined()
  })

  it('ends a tool that takes too long, and one that is stopped', async () => {
    const late = runTool('sleep', ['60'], { env, timeoutMs: 100 })
    await expect(late).rejects.toMatchObject({
      reason: 'mfaRefused',
      message: 'the security key was not touched in time',
    })
    const stopped = runTool('sleep', ['60'], { env, timeoutMs: 60_000 })
    process.emit('SIGINT')
    await expect(stopped).rejects.toMatchObject({ reason: 'interrupted' })
    expect(process.listenerCount('SIGINT')).toBe(0)
  })

  it('answers the question for a PIN once, and ends when asking fails', async () => {
    const script = 'printf "Enter PIN for /dev/x: " >&2; read -r pin; echo "$pin"'
    const pin = async () => '12 34\nsecond line'
    const result = await runTool('sh', ['-c', script], { env, timeoutMs: 60_000, pin })
    expect(result?.stdout).toBe('12 34\n')
    const refused = new Error('nobody here')
    const failing = runTool('sh', ['-c', script], {
      env,
      timeoutMs: 60_000,
      pin: () => Promise.reject(refused),
    })
    await expect(failing).rejects.toBe(refused)
    // Nobody may be asked: the tool gets no PIN.
    const silent = await runTool('sh', ['-c', script], { env, timeoutMs: 60_000 })
    expect(silent?.stdout).toBe('\n')
  })
})
