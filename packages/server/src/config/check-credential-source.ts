import { AwsError, parseRoleArn } from '@rolecall/aws'
import type { KeyPath } from './key-path.ts'
import type { Report } from './report.ts'
import type { Sections } from './sections.ts'

/** Reports roles and a program of `aws.credentials` that can be none. */
export function checkCredentialSource({ aws }: Sections, report: Report): void {
  if (aws === undefined) return
  const { credentials } = aws
  const at = (...path: KeyPath): KeyPath => ['aws', 'credentials', ...path]
  for (const [index, { role }] of credentials.assume.entries()) {
    checkRole(role, at('assume', index, 'role'), report)
  }
  if (credentials.source === 'web-identity') checkRole(credentials.role, at('role'), report)
  if (credentials.source !== 'process') return
  const [program = ''] = credentials.command
  if (program !== '' && !/\0/.test(credentials.command.join(''))) return
  const remedy = 'write the program first, then its arguments: `[/usr/local/bin/keys, --role, x]`'
  report.problem(at('command'), 'the command names no program', remedy)
}

function checkRole(role: string, path: KeyPath, report: Report): void {
  try {
    parseRoleArn(role)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const remedy = 'copy the ARN from the AWS console: `arn:aws:iam::123456789012:role/Name`'
    report.problem(path, 'this is no ARN of a role in a known partition', remedy)
  }
}
