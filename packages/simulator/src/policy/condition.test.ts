import { expect, test } from 'vitest'
import { holds, readOperator } from './condition.ts'

const context = new Map([
  ['sts:externalid', ['abc']],
  ['aws:tagkeys', ['Project', 'Team']],
  ['aws:principalarn', ['arn:aws:iam::111122223333:role/ci/Deploy']],
  ['aws:multifactorauthpresent', ['false']],
])

test.each([
  ['StringEquals', 'sts:externalid', ['abc'], true],
  ['StringEquals', 'sts:externalid', ['ABC'], false],
  ['StringEquals', 'sts:externalid', ['x', 'abc'], true],
  ['StringEquals', 'sts:sourceidentity', ['abc'], false],
  ['StringEqualsIfExists', 'sts:sourceidentity', ['abc'], true],
  ['StringEqualsIfExists', 'sts:externalid', ['x'], false],
  ['StringNotEquals', 'sts:externalid', ['abc'], false],
  ['StringNotEquals', 'sts:externalid', ['x', 'y'], true],
  ['StringNotEquals', 'sts:externalid', ['x', 'abc'], false],
  ['StringNotEquals', 'sts:sourceidentity', ['abc'], true],
  ['StringEqualsIgnoreCase', 'sts:externalid', ['ABC'], true],
  ['StringLike', 'sts:externalid', ['a*'], true],
  ['StringLike', 'sts:externalid', ['a'], false],
  ['StringNotLike', 'sts:externalid', ['a*'], false],
  ['ArnLike', 'aws:principalarn', ['arn:aws:iam::*:role/ci/*'], true],
  ['ArnEquals', 'aws:principalarn', ['arn:aws:iam::111122223333:role/*'], true],
  ['ArnNotLike', 'aws:principalarn', ['arn:aws:iam::*:role/ci/*'], false],
  ['Bool', 'aws:multifactorauthpresent', ['true'], false],
  ['Bool', 'aws:multifactorauthpresent', ['False'], true],
  ['BoolIfExists', 'aws:securetransport', ['true'], true],
  ['Null', 'sts:externalid', ['true'], false],
  ['Null', 'sts:externalid', ['false'], true],
  ['Null', 'sts:sourceidentity', ['true'], true],
  ['ForAnyValue:StringEquals', 'aws:tagkeys', ['Team'], true],
  ['ForAnyValue:StringEquals', 'aws:tagkeys', ['Cost'], false],
  ['ForAllValues:StringEquals', 'aws:tagkeys', ['Team'], false],
  ['ForAllValues:StringEquals', 'aws:tagkeys', ['Team', 'Project', 'Cost'], true],
  ['ForAllValues:StringEquals', 'sts:transitivetagkeys', ['Team'], true],
  ['ForAnyValue:StringEquals', 'sts:transitivetagkeys', ['Team'], false],
  ['ForAnyValue:StringNotEquals', 'aws:tagkeys', ['Team'], true],
  ['ForAllValues:StringNotEquals', 'aws:tagkeys', ['Team'], false],
  ['ForAnyValue:StringNotLike', 'sts:transitivetagkeys', ['Team'], false],
] as const)('%s %s %j → %s', (name, key, values, expected) => {
  const operator = readOperator(name)
  if (operator === undefined) throw new Error(`${name} is not known`)
  expect(holds({ ...operator, key, values }, context)).toBe(expected)
})

test.each([
  'stringequals',
  'NumericEquals',
  'ForAnyValue:Null',
  'StringEqualsIfexists',
  '',
  'toString',
])('the operator "%s" is not known', name => {
  expect(readOperator(name)).toBeUndefined()
})
