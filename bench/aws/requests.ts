/** A request that every signer signs in the same words. */
export interface Sample {
  readonly name: string
  readonly what: string
  readonly service: string
  readonly method: string
  readonly host: string
  readonly path: string
  /** What follows `?`, and the same in parts. */
  readonly search: string
  readonly query: Readonly<Record<string, string>>
  /** The headers of every signer, `host` and those that it adds itself left out. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
}
export const region = 'eu-central-1'
export const now = new Date('2026-01-02T03:04:05Z')

const smallGet: Sample = {
  name: 'get',
  what: 'a small GET',
  service: 'execute-api',
  method: 'GET',
  host: `a1b2c3d4e5.execute-api.${region}.amazonaws.com`,
  path: '/prod/items',
  search: 'limit=10',
  query: { limit: '10' },
  headers: { accept: 'application/json' },
  body: undefined,
}

const stsPost: Sample = {
  name: 'sts',
  what: 'an STS POST',
  service: 'sts',
  method: 'POST',
  host: `sts.${region}.amazonaws.com`,
  path: '/',
  search: '',
  query: {},
  headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  body: 'Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2FAdmin&DurationSeconds=3600&RoleSessionName=alice%40example.com',
}

export const samples: readonly Sample[] = [smallGet, stsPost]
