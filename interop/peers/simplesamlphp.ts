/**
 * SimpleSAMLphp (Debian's) as the company's identity provider, under PHP's own web server on
 * loopback, with a configuration folder of its own.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@rolecall/cli/demo'
import { bindings, nameIdFormats } from '@rolecall/saml'
import type { Lifetime } from '../lifetime.ts'
import { makeKeyPair } from './key-pair.ts'

const www = '/usr/share/simplesamlphp/www'

/** A running identity provider. */
export interface SimpleSamlPhp {
  readonly metadataUrl: string
  /** Where it begins an unsolicited sign-in; the query names the service provider: `spentityid`. */
  readonly unsolicitedUrl: string
}

/** A service provider that it may answer. */
export interface RemoteSp {
  readonly entityId: string
  readonly acsUrl: string
  /** Further settings of SimpleSAMLphp for it, such as which part is signed; both are by default. */
  readonly settings?: Readonly<Record<string, unknown>>
}

interface Setup {
  readonly serviceProviders: readonly RemoteSp[]
  /** Metadata of one more service provider, as XML. */
  readonly spMetadata?: string
  readonly people: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

/** Starts it and waits until its metadata can be read. Passwords are the names. */
export async function startSimpleSamlPhp(
  lifetime: Lifetime,
  { serviceProviders, spMetadata, people }: Setup,
): Promise<SimpleSamlPhp> {
  const port = await freePort()
  const folder = lifetime.folder('simplesamlphp')
  const at = (...parts: string[]) => join(folder, ...parts)
  for (const name of ['metadata', 'cert', 'log', 'tmp']) mkdirSync(at(name))
  makeKeyPair(at('cert'), 'idp')
  if (spMetadata !== undefined) writeFileSync(at('metadata', 'sp.xml'), spMetadata)
  const base = `http://127.0.0.1:${port}`
  const files: Readonly<Record<string, unknown>> = {
    'config.php': {
      baseurlpath: `${base}/`,
      certdir: at('cert/'),
      loggingdir: at('log/'),
      datadir: at('tmp/'),
      tempdir: at('tmp'),
      metadatadir: at('metadata'),
      'metadata.sources': [
        { type: 'flatfile', directory: at('metadata') },
        ...(spMetadata === undefined ? [] : [{ type: 'xml', file: at('metadata', 'sp.xml') }]),
      ],
      secretsalt: 'an-interop-run-needs-no-secret-salt',
      'auth.adminpassword': 'unused-but-not-the-default',
      timezone: 'UTC',
      'logging.handler': 'file',
      'enable.saml20-idp': true,
      'module.enable': { exampleauth: true, core: true, saml: true },
      'session.cookie.secure': false,
      'session.cookie.samesite': null,
      'store.type': 'phpsession',
      errorreporting: false,
    },
    'authsources.php': {
      company: {
        0: 'exampleauth:UserPass',
        ...Object.fromEntries(
          Object.entries(people).map(([name, facts]) => [`${name}:${name}`, facts]),
        ),
      },
    },
  }
  for (const [name, value] of Object.entries(files)) {
    writeFileSync(at(name), `<?php\n$config = ${php(value)};\n`)
  }
  writeFileSync(
    at('metadata', 'saml20-idp-hosted.php'),
    `<?php\n$metadata['${base}/idp'] = ${php({
      host: '__DEFAULT__',
      privatekey: 'idp.key',
      certificate: 'idp.crt',
      auth: 'company',
      attributes: 'uid',
      'simplesaml.nameidattribute': 'uid',
      SingleSignOnServiceBinding: [bindings.redirect, bindings.post],
      'signature.algorithm': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      attributeencodings: {},
      'attributes.NameFormat': 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
    })};\n`,
  )
  writeFileSync(
    at('metadata', 'saml20-sp-remote.php'),
    `<?php\n${serviceProviders.map(remoteSp).join('')}`,
  )
  // PHP's server knows no path info behind a script, which SimpleSAMLphp's addresses have.
  writeFileSync(
    at('router.php'),
    `<?php
if (preg_match('#^(/[^?]*?\\.php)(/[^?]*)?(?:\\?|$)#', $_SERVER['REQUEST_URI'], $part)) {
  $_SERVER['SCRIPT_NAME'] = $part[1];
  $_SERVER['SCRIPT_FILENAME'] = '${www}' . $part[1];
  $_SERVER['PATH_INFO'] = isset($part[2]) ? $part[2] : '';
  $_SERVER['PHP_SELF'] = $part[1] . $_SERVER['PATH_INFO'];
  chdir(dirname($_SERVER['SCRIPT_FILENAME']));
  require $_SERVER['SCRIPT_FILENAME'];
  return true;
}
return false;
`,
  )
  const server = lifetime.daemon(
    'php',
    [
      // 22527: without the deprecations that PHP 8.2 finds in it and would print into the XML.
      ...['-d', 'error_reporting=22527', '-d', 'display_errors=0'],
      ...['-d', `session.save_path=${at('tmp')}`],
      ...['-S', `127.0.0.1:${port}`, '-t', www, at('router.php')],
    ],
    { env: { SIMPLESAMLPHP_CONFIG_DIR: folder } },
  )
  const metadataUrl = `${base}/saml2/idp/metadata.php`
  await server.ready(() =>
    fetch(metadataUrl).then(
      answer => answer.ok,
      () => false,
    ),
  )
  return { metadataUrl, unsolicitedUrl: `${base}/saml2/idp/SSOService.php` }
}

function remoteSp({ entityId, acsUrl, settings }: RemoteSp): string {
  return `$metadata[${php(entityId)}] = ${php({
    AssertionConsumerService: acsUrl,
    NameIDFormat: nameIdFormats.persistent,
    'saml20.sign.response': true,
    'saml20.sign.assertion': true,
    ...settings,
  })};\n`
}

/** A value as PHP source: lists and maps become arrays. */
function php(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean' || typeof value === 'number') return String(value)
  if (typeof value === 'string') return `'${value.replace(/[\\']/g, '\\$&')}'`
  if (Array.isArray(value)) return `[${value.map(php).join(', ')}]`
  if (typeof value === 'object' && value !== undefined) {
    const entries = Object.entries(value).map(
      ([key, one]) => `${/^\d+$/.test(key) ? key : php(key)} => ${php(one)}`,
    )
    return `[${entries.join(', ')}]`
  }
  throw new TypeError(`no PHP form for ${typeof value}`)
}
