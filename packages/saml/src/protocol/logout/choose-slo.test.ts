import { expect, test } from 'vitest'
import { bindings } from '../../names.ts'
import { chooseSlo } from './choose-slo.ts'

const post = {
  binding: bindings.post,
  location: 'https://p.test/',
  responseLocation: 'https://p.test/r',
}
const redirect = { binding: bindings.redirect, location: 'https://r.test/' }
const soap = { binding: bindings.soap, location: 'https://s.test/' }
const artifact = {
  binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact',
  location: 'https://a.test/',
}
const all = [artifact, soap, post, { ...post, location: 'https://p2.test/' }, redirect]

test('the caller’s order decides between bindings, the peer’s between its endpoints', () => {
  expect(chooseSlo(all, 'request', ['redirect', 'post'])).toEqual({
    binding: 'redirect',
    location: 'https://r.test/',
  })
  expect(chooseSlo(all, 'request', ['post', 'redirect']).location).toBe('https://p.test/')
  expect(chooseSlo([post], 'request', ['redirect', 'post']).binding).toBe('post')
  expect(chooseSlo(all, 'request', ['soap']).location).toBe('https://s.test/')
})

test('answers go to the response location where there is one', () => {
  expect(chooseSlo(all, 'response', ['post']).location).toBe('https://p.test/r')
  expect(chooseSlo(all, 'response', ['redirect']).location).toBe('https://r.test/')
  expect(chooseSlo(all, 'response', ['soap', 'redirect']).location).toBe('https://r.test/')
})

test.each<[string, typeof all, 'request' | 'response', (keyof typeof bindings)[]]>([
  ['no endpoint', [], 'request', ['redirect', 'post', 'soap']],
  ['none of a usable binding', [artifact, soap], 'request', ['redirect', 'post']],
  ['no usable binding', all, 'request', []],
  ['an answer by SOAP', all, 'response', ['soap']],
])('refuses %s', (_, endpoints, message, usable) => {
  expect(() => chooseSlo(endpoints, message, usable)).toThrow(
    expect.objectContaining({ code: 'logout.endpoint' }),
  )
})
