import type { Command } from 'commander'

/** Adds the flags of verbs that may sign in with a browser. */
export function signInOptions(command: Command): Command {
  return command
    .option('--device', 'sign in with a code, on whichever machine has a browser')
    .option('--paste', 'sign in with a browser elsewhere, and paste the SAML response')
    .option('--browser <name>', 'the browser to open: chrome, firefox, … or the path of one')
}
