import type { Service } from '../service.ts'
import { handleConsole } from './console.ts'
import { handleFederation, type SigninState } from './federation.ts'

/** The sign-in endpoint and the console page. */
export const signinService = (state: SigninState): Service => ({
  name: 'Sign-in',
  matches: ({ path }) => path === '/federation' || isConsole(path),
  handle: request =>
    isConsole(request.path) ? handleConsole(state, request) : handleFederation(state, request),
})

const isConsole = (path: string): boolean => path === '/oauth' || /^\/console(?:\/|$)/.test(path)
