/** What each exit code of `rolecall` means. Scripts rely on them: a code keeps its meaning. */
export const exitCodes = {
  ok: { code: 0, meaning: 'It worked.' },
  internal: {
    code: 1,
    meaning: 'Something unexpected failed; `demo --check`: a step failed.',
  },
  usage: { code: 2, meaning: 'The command line is wrong.' },
  configuration: { code: 3, meaning: 'The configuration file has problems.' },
  store: { code: 4, meaning: 'The database cannot be opened or used.' },
  refused: {
    code: 5,
    meaning:
      'It was refused: a name, a password, an unknown user or event, a SAML response, an old file.',
  },
  listen: { code: 6, meaning: 'The address to listen on is taken or not allowed.' },
  tampered: { code: 7, meaning: 'The audit log does not agree with itself.' },
  credentials: { code: 8, meaning: 'There are no AWS credentials, or AWS refused them.' },
  notGranted: { code: 9, meaning: '`explain`: no grant gives the role.' },
  signInRefused: { code: 10, meaning: 'Sign-in: the username or the password was refused.' },
  mfaRefused: {
    code: 11,
    meaning: 'Sign-in: the second factor was refused, or not given in time.',
  },
  cannotAsk: {
    code: 12,
    meaning: 'Sign-in has expired or an answer is missing, and nobody can be asked here.',
  },
  network: { code: 13, meaning: 'A server could not be reached.' },
  noRole: { code: 14, meaning: 'No such role, or several that fit.' },
  provider: { code: 15, meaning: 'The identity provider answered something unexpected.' },
  file: {
    code: 16,
    meaning: 'A file cannot be read or written, or another process keeps it locked.',
  },
  outOfStep: { code: 17, meaning: '`profiles sync --check`: the profiles are not in step.' },
  interrupted: { code: 130, meaning: 'Stopped at a prompt by Ctrl-C.' },
} as const

/** One of the keys of `exitCodes`. */
export type ExitReason = keyof typeof exitCodes

/** The table as lines of text, for `--help`. */
export function exitCodeLines(): string {
  return Object.values(exitCodes)
    .map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning.replaceAll('`', '')}`)
    .join('\n')
}

/** The table as Markdown, for the documents. */
export function exitCodeTable(): string {
  const rows = Object.values(exitCodes).map(({ code, meaning }) => `| ${code} | ${meaning} |`)
  return ['| exit code | meaning |', '| --- | --- |', ...rows].join('\n')
}
