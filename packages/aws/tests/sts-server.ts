import { StsClient, verifySignedRequest } from '../src/index.ts'
import { listen, type Received } from './listen.ts'

export const now = () => new Date('2026-01-02T03:04:05Z')
export const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' }
export const roleArn = 'arn:aws:iam::123456789012:role/team/Admin'
export const retry = { delayMs: () => 1 }

const xmlns = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"'
export const sessionXml = `
  <SourceIdentity>alice</SourceIdentity><SomethingNew><Deep/></SomethingNew>
  <Credentials><Expiration>2026-01-02T04:04:05Z</Expiration><SessionToken>token+/=</SessionToken>
    <SecretAccessKey>s&amp;cret</SecretAccessKey><AccessKeyId>ASIAEXAMPLE</AccessKeyId></Credentials>
  <AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:alice</AssumedRoleId>
    <Arn>arn:aws:sts::123456789012:assumed-role/Admin/alice</Arn></AssumedRoleUser>
  <PackedPolicySize>6</PackedPolicySize>`

/** The XML of a successful answer. */
export function answerOf(action: string, result: string): string {
  return `<?xml version="1.0"?><!-- an answer --><a:${action}Response xmlns:a="x" ${xmlns}><${action}Result>${result}</${action}Result>
    <ResponseMetadata><RequestId>request-1</RequestId></ResponseMetadata></a:${action}Response>`
}

/** The XML of a refusal. */
export function errorOf(code: string, message: string): string {
  return `<ErrorResponse ${xmlns}><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>request-2</RequestId></ErrorResponse>`
}

/** Status, body and headers of an answer. */
export type StsReply = [status: number, body: string, headers?: Record<string, string>]

/** A server that gives these answers one after the other and keeps what it received. */
export async function stsWith(...answers: StsReply[]) {
  const received: Received[] = []
  const endpoint = await listen((request, response) => {
    const [status, body, headers] = answers[received.length] ?? answers.at(-1) ?? [500, '']
    received.push(request)
    response.writeHead(status, { 'content-type': 'text/xml', ...headers }).end(body)
  })
  const client = new StsClient({ region: 'eu-central-1', credentials, endpoint, now, retry })
  const fields = () => Object.fromEntries(new URLSearchParams(received[0]?.body ?? ''))
  return { client, received, endpoint, fields }
}

/** Whether the request is signed with {@link credentials} at {@link now}. */
export function isSigned({ message, body }: Received): boolean {
  const verified = verifySignedRequest(
    { method: 'POST', path: message.url ?? '', headers: message.headersDistinct, body },
    { now: now(), service: 'sts', regions: ['eu-central-1'], findCredentials: () => credentials },
  )
  return verified.accessKeyId === credentials.accessKeyId
}
