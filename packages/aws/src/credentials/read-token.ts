import { AwsError } from '../errors.ts'
import { readText } from '../shared-files/read-text.ts'

const maxTokenBytes = 64 * 1024

/**
 * The text of a token file, as it stands. `setting` is what names the file. Throws {@link AwsError} `bad_token`
 * when it is not there, is empty or cannot be read.
 */
export async function readToken(file: string, setting: string): Promise<string> {
  const text = await readText(file, maxTokenBytes, 'bad_token')
  if (text) return text
  const what = text === undefined ? 'there is no such file' : 'the file is empty'
  throw new AwsError('bad_token', `${file} of ${setting}: ${what}`)
}
