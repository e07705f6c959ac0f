import { describe, expect, it } from 'vitest'
import { checkRegionSet, isInRegionSet } from './region-set.ts'

describe('a region set', () => {
  it.each([
    ['us-east-1', true],
    ['*', true],
    ['us-*', true],
    ['eu-west-1,us-east-1', true],
    ['eu-west-1, us-east-*', true],
    ['us-east-2', false],
    ['us-east', false],
    ['us-east-11', false],
    ['eu-*', false],
    ['', false],
    ['us-*-1', false],
    ['**', false],
    ['us-east-1,', false],
    ['us-east-1,eu/west', false],
    [Array.from({ length: 65 }, () => 'us-east-1').join(), false],
  ])('%j has us-east-1: %s', (set, expected) => {
    expect(isInRegionSet('us-east-1', set)).toBe(expected)
  })

  it.each(['', ',', 'us-east-1/s3', 'us-east-1\n', 'a,,b'])('%j cannot be signed for', set => {
    expect(() => checkRegionSet(set)).toThrow(expect.objectContaining({ code: 'bad_region' }))
  })
})
