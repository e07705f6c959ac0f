import { listen } from './listen.ts'

/** A call as the endpoint received it. */
export interface StsCall {
  readonly form: Readonly<Record<string, string>>
  /** The access key ID of the signature; undefined for an unsigned call. */
  readonly signer: string | undefined
  readonly region: string | undefined
  readonly token: string | undefined
}

/** An STS endpoint that gives every role, with keys that count up: ASIA0001, ASIA0002, … */
export async function startSts(): Promise<{ url: string; calls: StsCall[] }> {
  const calls: StsCall[] = []
  const url = await listen(({ message, body }, response) => {
    const form = Object.fromEntries(new URLSearchParams(body))
    const authorization = message.headers.authorization ?? ''
    const [, signer, region] = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(authorization) ?? []
    const token = message.headers['x-amz-security-token']
    calls.push({ form, signer, region, token: typeof token === 'string' ? token : undefined })
    const name = form.Action ?? ''
    const key = `ASIA${String(calls.length).padStart(4, '0')}`
    const [, partition, , , account, role = ''] = (form.RoleArn ?? '').split(':')
    response.end(`<${name}Response><${name}Result>
      <AssumedRoleUser><AssumedRoleId>AROA:s</AssumedRoleId>
        <Arn>arn:${partition}:sts::${account}:assumed-${role}/${form.RoleSessionName ?? 's'}</Arn></AssumedRoleUser>
      <Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>secret-${key}</SecretAccessKey>
        <SessionToken>token-${key}</SessionToken><Expiration>2126-01-01T00:00:00Z</Expiration></Credentials>
      </${name}Result></${name}Response>`)
  })
  return { url: `${url}/`, calls }
}
