import { Failure } from '../../failure.ts'
import type { SignInParts } from '../provider.ts'

/** Keeps a text for the next command. A sign-in that has worked is not lost when that fails: it is told. */
export async function keepText(
  { remembered, ask }: Pick<SignInParts, 'remembered' | 'ask'>,
  name: string,
  value: string,
): Promise<void> {
  try {
    await remembered.set(name, value)
  } catch (error) {
    if (error instanceof Failure && error.reason === 'interrupted') throw error
    const why = error instanceof Error ? error.message : 'it failed'
    ask.tell(`nothing of this sign-in is kept for the next command: ${why}`)
  }
}
