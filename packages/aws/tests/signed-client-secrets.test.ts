import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type AuthData, type HttpResponse, toIapError } from '../src/index.ts'
import { listen } from './listen.ts'
import { callerIdentity, keysOf, propertiesOf, roleArn, runWorld } from './signed-client-world.ts'

const { client } = await runWorld()

/** Every form in which a secret could be read in an output. */
function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64')
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('/', '\\/'),
    base64,
    base64.replace(/=+$/, ''),
    secret.slice(0, 16),
  ]
}

/** A service that sends back all that it got, in several encodings, with this status. */
async function echo(status: number) {
  const origin = await listen(({ message, body }, response) => {
    const all = JSON.stringify({ headers: message.rawHeaders, body })
    response.writeHead(status, { 'x-echo': encodeURIComponent(all), 'set-cookie': 'c=d' })
    response.end(`${all}\n${encodeURIComponent(all)}\n${Buffer.from(all).toString('base64')}`)
  })
  const { hostname, port } = new URL(origin)
  return { host: hostname, port: Number(port), random: () => 0 }
}

describe('no secret is in any output', () => {
  it('of auth_logging, of errors and of what they are turned into', async () => {
    const planted = { pin: 'planted/pin+0123456789', bearer: 'planted-bearer-token/42' }
    const lines: string[] = []
    const outputs: string[] = []
    const secrets = new Set([keysOf('adapter').secretAccessKey, ...Object.values(planted)])
    const { pin, bearer } = planted
    for (const status of [200, 302, 404, 503]) {
      const from = client(
        {
          ...propertiesOf('adapter'),
          aws_iam_role: roleArn('Adapter'),
          auth_logging: true,
          sensitive: ['x-pin'],
        },
        { ...(await echo(status)), log: line => lines.push(line), service: 'execute-api' },
      )
      const authData: AuthData = { stsParams: { RoleArn: roleArn('Params') } }
      for (const each of [await from.credentialsFor(), await from.credentialsFor(authData)]) {
        secrets.add(each.secretAccessKey)
        if (each.sessionToken !== undefined) secrets.add(each.sessionToken)
      }
      const used = await from.credentialsFor(authData)
      const answer = await from.request({
        method: 'POST',
        path: `/?password=${encodeURIComponent(pin)}&stolen=${encodeURIComponent(used.secretAccessKey)}`,
        headers: { 'X-Pin': pin, Cookie: bearer, Accept: '*/*' },
        body: { token: bearer, note: `the key is ${used.secretAccessKey}` },
        authData,
      })
      outputs.push(inspect(toIapError(answer), { depth: 9 }))
      const told = toIapError(answer, { mask: from.mask })
      for (const name of ['note', 'x-echo']) expect(JSON.stringify(told)).toContain(name)
      // Only by its name can the service's answer tell a secret that is no key of AWS.
      secrets.delete(pin)
      secrets.delete(bearer)
      outputs.push(JSON.stringify(told), from.mask(used.sessionToken ?? ''))
      expect(lines.join('\n')).not.toMatch(/"X-Pin":"planted|"token":"planted|password=planted/)
    }
    const refusing = client(
      {
        ...propertiesOf('adapter'),
        aws_secret_key: `${keysOf('adapter').secretAccessKey}x`,
        auth_logging: true,
      },
      { log: line => lines.push(line) },
    )
    secrets.add(`${keysOf('adapter').secretAccessKey}x`)
    const failure: unknown = await refusing
      .whoIs({ authData: { roleName: roleArn('Named') } })
      .catch((error: unknown) => error)
    outputs.push(
      inspect(failure, { depth: 9, showHidden: true }),
      JSON.stringify(toIapError(failure)),
    )
    expect(toIapError(failure).icode).toBe('AD.999')
    for (const output of [...lines, ...outputs]) {
      for (const secret of secrets) {
        for (const form of formsOf(secret)) expect(output.includes(form), output).toBe(false)
      }
    }
    for (const told of ['aws identity', 'aws request', 'aws answer']) {
      expect(lines.some(line => line.startsWith(told))).toBe(true)
    }
    expect(lines.join('\n')).toContain(
      `role ${roleArn('Params')} through role ${roleArn('Adapter')}`,
    )
  })

  it('of options that are refused', () => {
    const blank = { aws_access_key: 'AKIDEXAMPLE', aws_secret_key: 'planted secret/with a blank' }
    const swapped = { aws_access_key: keysOf('adapter').secretAccessKey, aws_secret_key: 'AKID' }
    for (const keys of [blank, swapped]) {
      expect.assertions(6)
      try {
        client(keys)
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid_argument' })
        expect(inspect(error)).not.toContain('planted')
        expect(inspect(error)).not.toContain(keysOf('adapter').secretAccessKey)
      }
    }
  })

  it('of an answer with new keys: those that STS sends to the service are masked by their names', async () => {
    const lines: string[] = []
    const from = client(
      { ...propertiesOf('adapter'), auth_logging: true },
      { log: line => lines.push(line) },
    )
    const { body } = await from.request({
      ...callerIdentity,
      body: `Action=AssumeRole&Version=2011-06-15&RoleArn=${roleArn('Params')}&RoleSessionName=task`,
    })
    const inAnswer = (name: string) => new RegExp(`<${name}>(.*?)<`).exec(body)?.[1] ?? ''
    for (const name of ['AccessKeyId', 'SecretAccessKey', 'SessionToken']) {
      expect(inAnswer(name)).not.toBe('')
      expect(lines.join('\n')).toContain(`<${name}>** masked **</${name}>`)
      expect(lines.join('\n')).not.toContain(inAnswer(name))
    }
  })

  it('nothing is logged without auth_logging', async () => {
    const lines: string[] = []
    await client(propertiesOf('adapter'), { log: line => lines.push(line) }).whoIs()
    expect(lines).toEqual([])
  })
})

describe('toIapError', () => {
  const answer = (status: number): HttpResponse => ({ status, headers: {}, body: 'no such thing' })

  it('tells a timeout, a broken connection, an answer, credentials and the rest apart', async () => {
    const failureOf = async (made: Promise<unknown>) => await made.catch((error: unknown) => error)
    const slow = await listen(() => undefined)
    const where = (origin: string) => ({ host: '127.0.0.1', port: Number(new URL(origin).port) })
    const rules = { number_retries: 0, attempt_timeout: 1000 }
    const late = client(propertiesOf('adapter'), { ...where(slow), request: rules })
    const gone = client(propertiesOf('adapter'), { host: '127.0.0.1', port: 1, request: rules })
    const nobody = client({})
    const denied = client(propertiesOf('adapter'))
    const get = { method: 'GET', path: '/' }
    const noRole = { ...get, authData: { roleName: roleArn('Nowhere') } }
    expect(toIapError(await failureOf(late.request(get)))).toMatchObject({
      icode: 'AD.501',
      IAPerror: { code: -2, displayString: expect.stringContaining('1000 ms') },
    })
    expect(toIapError(await failureOf(gone.request(get)))).toMatchObject({
      icode: 'AD.502',
      IAPerror: { code: -1 },
    })
    expect(toIapError(await failureOf(nobody.request(get)))).toMatchObject({ icode: 'AD.999' })
    expect(
      toIapError(await failureOf(denied.request(noRole)), { origin: 'AWS-get' }),
    ).toMatchObject({
      icode: 'AD.999',
      IAPerror: {
        origin: 'AWS-get',
        code: 403,
        displayString: expect.stringMatching(/^AWS Assume Role Error AccessDenied: .*Nowhere/),
        recommendation: expect.stringContaining('trust policy'),
      },
    })
    expect(toIapError(await failureOf(denied.request({ ...get, path: 'x' })))).toMatchObject({
      icode: 'AD.900',
    })
    expect(toIapError(new TypeError('secret'))).toMatchObject({
      icode: 'AD.900',
      IAPerror: { displayString: 'Exception: TypeError' },
    })
    expect(toIapError(answer(404), { mask: text => text })).toMatchObject({
      icode: 'AD.500',
      IAPerror: { code: 404, raw_response: { body: 'no such thing' } },
    })
    expect(toIapError(answer(404)).IAPerror).not.toHaveProperty('raw_response')
  })
})
