/** A person at a browser without a screen, who is signed in at a demo and answers what its pages ask. */
import { createVisitor, signIn } from '../../src/demo/index.ts'

/** What a person does at the pages of a server. */
export interface Person {
  /** Opens the page of a sign-in and answers it; gives the page that the browser ends at. */
  answer(address: string, decision: 'allow' | 'deny'): Promise<string>
  /** Enters the code of a device. */
  enter(userCode: string, decision: 'allow' | 'deny'): Promise<string>
}

export async function signedInPerson(url: string, name = 'alice'): Promise<Person> {
  const visitor = createVisitor()
  await signIn(visitor, url, name, name)
  return {
    async answer(address, decision) {
      const question = await visitor.get(address)
      const decided = await visitor.post(question.url, { decision }, { origin: url })
      const next = /href="([^"]+)"/.exec(decided.body)?.[1] ?? ''
      return (await visitor.get(`${url}${next}`)).body
    },
    async enter(userCode, decision) {
      const fields = { user_code: userCode, decision }
      return (await visitor.post(`${url}/device`, fields, { origin: url })).body
    },
  }
}
