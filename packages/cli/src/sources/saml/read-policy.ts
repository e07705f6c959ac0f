import type { Connection } from '../../connections/connection.ts'
import { Failure } from '../../failure.ts'
import { readBounded } from './read-bounded.ts'

/** STS takes 2048 characters; blanks are taken out before. */
const maxBytes = 64 * 1024

/** The session policy of `policy_file`, without the blanks of its layout. Throws `Failure` `configuration`. */
export async function readPolicy({ policyFile }: Connection): Promise<string | undefined> {
  if (policyFile === undefined) return undefined
  const text = await readStart(policyFile)
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    throw new Failure(
      'configuration',
      `policy_file: ${policyFile} is no policy: expected JSON`,
      'correct it; {"Version": "2012-10-17", "Statement": […]} is one',
    )
  }
}

async function readStart(file: string): Promise<string> {
  const text = await readBounded(file, maxBytes).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new Failure(
      'configuration',
      `policy_file: ${file} cannot be read: ${code}`,
      'check its path and mode',
    )
  })
  if (text !== undefined) return text
  throw new Failure(
    'configuration',
    `policy_file: ${file} is larger than ${maxBytes} bytes`,
    'AWS takes 2048 characters; name managed policies in policy_arn_list instead',
  )
}
