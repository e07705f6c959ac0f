/** What `rolecall doctor` can find. The codes are stable: scripts rely on them. */

/** How bad it is: an error keeps a command from working, a warning may. */
export type Severity = 'error' | 'warning'

interface Entry {
  readonly severity: Severity
  /** What is wrong, in general. */
  readonly meaning: string
  readonly remedy: string
}

export const setupFindings = {
  'config.none': {
    severity: 'error',
    meaning: 'There is no connection.',
    remedy: 'rolecall configure https://aws.example.com',
  },
  'config.unreadable': {
    severity: 'error',
    meaning: 'A file of connections cannot be read, or is no INI text.',
    remedy: 'Correct the line that the message names, or the mode of the file.',
  },
  'config.writable': {
    severity: 'error',
    meaning: 'Others may change a file that says where passwords go.',
    remedy: 'Take that right away: chmod go-w FILE',
  },
  'config.invalid': {
    severity: 'error',
    meaning: 'A connection cannot be used.',
    remedy: 'Correct what the message names.',
  },
  'config.unknown-key': {
    severity: 'warning',
    meaning: 'A key that nothing reads.',
    remedy: 'Correct its name, or take the line out.',
  },
  'config.unused-key': {
    severity: 'warning',
    meaning: 'A key that saml2aws read and this command has no use for.',
    remedy: 'Take the line out; docs/migrate-from-saml2aws.md says what takes its place.',
  },
  'config.repeated': {
    severity: 'warning',
    meaning: 'A key or a section stands twice; of a key the later line counts.',
    remedy: 'Take one of the two out.',
  },
  'config.hidden': {
    severity: 'warning',
    meaning: 'A section of ~/.saml2aws is hidden by one of the same name in our file.',
    remedy: 'Take one of the two out, or give one another name.',
  },
  'config.skip-verify': {
    severity: 'warning',
    meaning: 'Any certificate is taken of the identity provider: others may read the password.',
    remedy: 'Name its authorities in ca_file instead, and take skip_verify out.',
  },
  'variable.password': {
    severity: 'warning',
    meaning: 'A password stands in a variable, which every program that is started gets.',
    remedy: 'Unset it, and let rolecall login keep the password where it is safe.',
  },
  'connection.unreachable': {
    severity: 'error',
    meaning: 'The address of a connection does not answer.',
    remedy: 'Check the address, the network, HTTPS_PROXY and NO_PROXY.',
  },
  'connection.certificate': {
    severity: 'error',
    meaning: 'The certificate of a connection is not trusted, or is that of another name.',
    remedy: 'Name the authority that issued it in ca_file, or in NODE_EXTRA_CA_CERTS.',
  },
  'connection.proxy': {
    severity: 'error',
    meaning: 'The proxy does not let the connection through.',
    remedy: 'Check the address and the password in HTTPS_PROXY, or name the host in NO_PROXY.',
  },
  'connection.status': {
    severity: 'warning',
    meaning: 'The address of a connection answers with a fault.',
    remedy: 'Check the url of the connection; if it is right, ask who looks after the server.',
  },
  'connection.no-server': {
    severity: 'error',
    meaning: 'What answers at the address of a connection is no Rolecall server.',
    remedy:
      'Check the url: it is the publicUrl of the server. Another provider: rolecall configure --idp-provider …',
  },
  'clock.skew': {
    severity: 'warning',
    meaning:
      'The clocks of this machine and of a server differ: assertions and codes look expired.',
    remedy: 'Set the clock of this machine, best with NTP.',
  },
  'vault.no-keyring': {
    severity: 'warning',
    meaning: 'There is no keyring: secrets are kept in an encrypted file.',
    remedy:
      'It works so. For a keyring: start the Secret Service (gnome-keyring, KWallet) in your session.',
  },
  'vault.open': {
    severity: 'error',
    meaning: 'Others may read or change the folder of encrypted secrets.',
    remedy: 'Make it yours alone: chmod 700 FOLDER',
  },
  'browser.none': {
    severity: 'warning',
    meaning: 'A connection signs in with a browser, and none is found.',
    remedy:
      'Install one, name it in browser_executable_path, or sign in on another machine: rolecall login --device',
  },
  'profile.missing-program': {
    severity: 'error',
    meaning: 'The program of a credential_process is not there.',
    remedy: 'Correct its path; rolecall profiles sync writes profiles that run this command.',
  },
  'profile.other-program': {
    severity: 'warning',
    meaning: 'A profile runs another rolecall than this one.',
    remedy: 'rolecall profiles sync writes the path of this one.',
  },
  'profile.saml2aws': {
    severity: 'warning',
    meaning: 'A profile runs saml2aws.',
    remedy: 'rolecall import saml2aws --write',
  },
  'keys.mode': {
    severity: 'error',
    meaning: 'Others may read the credentials file.',
    remedy: 'Make it yours alone: chmod 600 FILE',
  },
  'keys.expired': {
    severity: 'warning',
    meaning:
      'Keys of a role that have expired stand in the credentials file: they hide the profile of the same name in ~/.aws/config.',
    remedy: 'Take the section out, or renew it: rolecall login --write',
  },
  'keys.plain-text': {
    severity: 'warning',
    meaning: 'Keys that work stand in the credentials file as plain text.',
    remedy:
      'rolecall profiles sync writes profiles that fetch their keys; then take the section out.',
  },
  'saml.cache-file': {
    severity: 'warning',
    meaning: 'saml2aws has left SAML responses in plain text.',
    remedy: 'Remove the files; saml_cache keeps the response encrypted.',
  },
} as const satisfies Record<string, Entry>

/** A code of the table. */
export type SetupCode = keyof typeof setupFindings

/** Something that is wrong, and what to do about it. Never holds a secret. */
export interface SetupFinding {
  readonly code: SetupCode
  readonly severity: Severity
  readonly message: string
  readonly remedy: string
}

/** Collects findings. */
export interface SetupFindings {
  add(
    code: SetupCode,
    message: string,
    closer?: { readonly severity?: Severity; readonly remedy?: string | undefined },
  ): void
  readonly list: readonly SetupFinding[]
}

/** Nothing found yet. */
export function createSetupFindings(): SetupFindings {
  const list: SetupFinding[] = []
  return {
    add(code, message, closer = {}) {
      const { severity, remedy } = setupFindings[code]
      list.push(
        Object.freeze({
          code,
          severity: closer.severity ?? severity,
          message,
          remedy: closer.remedy ?? remedy,
        }),
      )
    },
    list,
  }
}
