/**
 * The catalogue of published attacks, each as a named mutation of a response that is accepted: at
 * every level that is signed, in the clear and encrypted. A refusal counts when its code names the
 * check that the attack is about.
 */

import { SamlError, type VerifiedResponse, verifyResponse } from '@rolecall/saml'
import { describe, expect, test } from 'vitest'
import { honest, idp, issue, now, verify } from '../forge.ts'
import type { Attack } from './attack.ts'
import { base64Attacks, fieldVariants } from './base64.ts'
import { decryptingSp, decryptionCodes } from './encrypt.ts'
import { encryptedWith, encryptionAttacks, encryptionVariants } from './encryption.ts'
import { idAttacks, positions } from './identifiers.ts'
import { algorithmAttacks, keyInfoAttacks, weakAlgorithms } from './keys.ts'
import { costAttacks, doctypeAttacks, parserAttacks } from './markup.ts'
import { profileAttacks } from './profile.ts'
import { canonicalizationAttacks, signedInfoAttacks, transformAttacks } from './signed-info.ts'
import { type Prepared, targets } from './targets.ts'
import { textAttacks } from './text.ts'
import { namespaceConfusions, wrappings } from './wrapping.ts'

const classes: readonly (readonly [string, readonly Attack[]])[] = [
  ['wrapping', wrappings],
  ['namespace', namespaceConfusions],
  ['id', idAttacks],
  ['position', positions],
  ['signedinfo', signedInfoAttacks],
  ['c14n', canonicalizationAttacks],
  ['transform', transformAttacks],
  ['weak', weakAlgorithms],
  ['algorithm', algorithmAttacks],
  ['keyinfo', keyInfoAttacks],
  ['base64', base64Attacks],
  ['dtd', doctypeAttacks],
  ['parser', parserAttacks],
  ['cost', costAttacks],
  ['text', textAttacks],
  ['profile', profileAttacks],
]

const send = (xml: string | Uint8Array, { options }: Partial<Attack> = {}) =>
  verify(xml, { sp: decryptingSp, ...options })

/** The verdict on a message: the facts, or the refusal. */
function verdict(answer: Promise<VerifiedResponse>): Promise<VerifiedResponse | SamlError> {
  return answer.catch((error: unknown) => {
    if (error instanceof SamlError) return error
    throw error
  })
}

/** Runs an attack. False when it has nothing to change in this kind of response. */
async function attempt(attack: Attack, prepared: Prepared): Promise<boolean> {
  const { target, isEncrypted, isCovered, isSignedInside } = prepared
  const forged = attack.forge(target)
  const isUnchanged = Buffer.from(forged).equals(Buffer.from(target.replace(target.original)))
  if (isUnchanged && !attack.options) return false
  const codes = [...attack.codes, ...(isCovered ? (['signature.digest'] as const) : [])]
  // The base64 of a ciphertext may be longer than a run of text may be.
  if (isEncrypted) codes.push(...decryptionCodes, 'xml.limit', 'signature.digest')
  const started = performance.now()
  const result = await verdict(send(prepared.send(forged), attack))
  expect(performance.now() - started).toBeLessThan(1000)
  if (result instanceof SamlError) {
    // What is harmless may be refused too, but as it is taken today nothing else is expected.
    expect(codes).toContain(result.code)
    return true
  }
  const isHarmless = attack.isHarmless || (isSignedInside && attack.isHarmlessOutside)
  expect(isHarmless, `accepted ${result.nameId.value}`).toBe(true)
  const facts = await send(prepared.honest)
  expect({ ...result, responseId: facts.responseId }).toEqual(facts)
  return true
}

describe.each(targets)('$name', prepared => {
  const { target, isEncrypted } = prepared

  test('is accepted as it was issued', async () => {
    const result = await verdict(send(prepared.honest))
    expect(result).toMatchObject({ nameId: { value: 'alice@corp.test' } })
  })

  for (const [name, attacks] of classes) {
    const fitting = attacks.filter(({ level = target.level }) => level === target.level)
    test(`${name}: ${fitting.length} attacks`, async () => {
      const failures: string[] = []
      let idle = 0
      for (const attack of fitting) {
        try {
          if (!(await attempt(attack, prepared))) {
            idle += 1
            if (!isEncrypted) failures.push(`${attack.name}: changes nothing`)
          }
        } catch (error) {
          failures.push(`${attack.name}: ${error instanceof Error ? error.message : String(error)}`)
        }
      }
      expect(failures.join('\n\n')).toBe('')
      expect(idle).toBeLessThanOrEqual(isEncrypted ? fitting.length / 2 : 0)
    })
  }
})

describe.each(['assertion', 'response'] as const)('encryption, %s signed', level => {
  const prepared = targets.find(each => each.target.level === level)
  const fitting = encryptionAttacks.filter(attack => (attack.level ?? level) === level)
  test.each(fitting)('refuses $name', async attack => {
    if (prepared === undefined) return expect.unreachable()
    const result = await verdict(send(attack.forge(prepared.target)))
    expect(result).toBeInstanceOf(SamlError)
    expect(attack.codes).toContain((result as SamlError).code)
  })

  test.each(encryptionVariants)('takes %s', async (_, how) => {
    const result = await verdict(send(encryptedWith(level, how)))
    expect(result).toMatchObject({ nameId: { value: 'alice@corp.test' } })
  })
})

test.each(fieldVariants)('refuses a form field with %s', async (_, change) => {
  const xml = issue('both')
  // One byte in the last group, so that there are bits and padding to play with.
  const field = Buffer.from(xml + ' '.repeat((4 - (xml.length % 3)) % 3)).toString('base64')
  expect(field).toMatch(/[^=]==$/)
  const options = {
    idp: { ...idp, signingKeys: [honest.publicKey] },
    sp: decryptingSp,
    now,
    inResponseTo: '_req-1',
    replay: { seen: () => false },
  }
  expect((await verifyResponse(field, options)).nameId.value).toBe('alice@corp.test')
  await expect(verifyResponse(change(field), options)).rejects.toMatchObject({
    code: 'base64.invalid',
  })
})

test('every attack has a name of its own in its class', () => {
  for (const [, attacks] of [...classes, ['encryption', encryptionAttacks] as const]) {
    const names = attacks.map(({ name }) => name)
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  }
})
