import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Grants } from '@rolecall/server'
import { describe, expect, it } from 'vitest'
import { directoryWith } from '../support/rolecall.ts'
import { grantsOf, machine, principal, rolesOf, targetOf } from './support/engine.ts'

const secrets = {
  'out.aws-access-key-id.secret': 'AKIAIOSFODNN7EXAMPLE',
  'out.aws-secret-access-key.secret': 'an-example-secret-of-no-use-at-all-0000',
  'out.ldap-bind-password.secret': 'an-example-password',
}

/** The grants of an imported file, with what beside it the import writes. */
async function imported(name: string): Promise<Grants> {
  const directory = directoryWith({})
  cpSync(join(import.meta.dirname, 'golden', name), directory, { recursive: true })
  for (const [file, text] of Object.entries(secrets)) {
    writeFileSync(join(directory, file), text, { mode: 0o600 })
  }
  return grantsOf(join(directory, 'out.yaml'))
}

describe('what the import writes loads, and gives what the old gateway gave', () => {
  it('afp: people by group names, machines by host names', async () => {
    const grants = await imported('afp')
    const groups = ['aws-prod-Admin', 'aws-Staging.EU-Read', 'aws-unknown-Admin', 'x-aws-prod-Root']
    expect(rolesOf(grants, principal({ groups }))).toEqual(['Staging.EU/Read', 'prod/Admin'])
    expect(rolesOf(grants, principal({ groups, source: 'local' }))).toEqual([])
    expect(rolesOf(grants, machine('berweb01', 'rz.example.com'))).toEqual([
      'aws-machines/rz_proweb',
    ])
    expect(rolesOf(grants, machine('devweb01', 'lab.example.com'))).toEqual([
      'aws-machines/rz_devweb',
    ])
    expect(rolesOf(grants, machine('berweb1', 'rz.example.com'))).toEqual([])
    expect(rolesOf(grants, machine('berweb01', 'x.rz.example.com'))).toEqual([])
  })

  it('afp-directory: the pattern of a directory', async () => {
    const grants = await imported('afp-directory')
    const groups = ['AWS_data-lake_Reader', 'Cloud_shop_Admin', 'aws_shop_Other', 'AWS_shop-_Admin']
    expect(rolesOf(grants, principal({ groups }))).toEqual(['data-lake/Reader', 'shop/Admin'])
  })

  it('afp-odd: the whole name must match now', async () => {
    const grants = await imported('afp-odd')
    expect(rolesOf(grants, principal({ groups: ['team-shop-ops'] }))).toEqual(['shop/ops'])
    expect(rolesOf(grants, principal({ groups: ['team-shop-ops2', 'guests'] }))).toEqual([])
  })

  it('awscons: any of the groups, and everyone where there are none', async () => {
    const grants = await imported('awscons')
    const source = 'corp'
    expect(rolesOf(grants, principal({ source, groups: ['on-call'] }))).toEqual([
      'prod/Admin',
      'sandbox/Sandbox',
    ])
    expect(rolesOf(grants, principal({ source }))).toEqual(['sandbox/Sandbox'])
    const developer = principal({ source, groups: ['developers'] })
    expect(targetOf(grants, developer, 'prod-read')).toBe(
      'arn:aws:iam::111122223333:role/team/ReadOnly',
    )
  })
})
