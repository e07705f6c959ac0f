/** What we find in shared files is what botocore and `aws configure get` find. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { AwsError, readSharedFiles, type Setting } from '@rolecall/aws'
import { inLifetime } from '../lifetime.ts'
import { askPython } from '../peers/ask-python.ts'
import { randomProfiles } from '../random-profiles.ts'
import { randomFrom } from '../random-xml.ts'
import type { Suite } from './suite.ts'

const count = Number(process.env.COUNT ?? 2_500)
/** Settings that the command is asked for: in one process, and by its users' way. */
const asked = 100
const commandCalls = 8

type Sections = Record<string, Record<string, string | Record<string, string>>>
type Found = { readonly profiles: Sections; readonly sso_sessions: Sections }
type Answer = Found | { readonly refused: string }

/** `npm run interop -- profiles` */
export const profilesSuite: Suite = {
  name: 'profiles',
  title: 'shared files are read as botocore and the aws command read them',
  packages: ['awscli', 'python3-boto3'],
  run: check =>
    inLifetime(async lifetime => {
      const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
      const home = lifetime.folder('profiles')
      const folders = writeFolders(home, seed)
      const theirs = await askPython<Answer>('profiles', folders, home)
      const ours = await Promise.all(folders.map(readOurs))
      await check(`${count} pairs of files have the profiles of botocore (SEED=${seed})`, () => {
        let read = 0
        for (const [index, expected] of theirs.entries()) {
          const found = ours[index]
          const folder = folders[index]
          if ('refused' in expected) {
            // Other readers of AWS merge these; we do where no value is in doubt.
            if (expected.refused.startsWith('Duplicate')) continue
            assert.deepEqual(
              found,
              { refused: 'bad_profile_file' },
              `${folder}: ${expected.refused}`,
            )
          } else {
            read += 1
            assert.deepEqual(found, expected, folder)
          }
        }
        assert.ok(read > count / 2, `botocore read ${read} of ${count}`)
      })
      const settings = chosenSettings(folders, theirs, seed)
      await check(`${asked} settings are what the code of aws configure get says`, async () => {
        const questions = settings.map(({ folder, profile, key }) => [folder, profile, key])
        const said = await askPython<{ code: number; printed: string }>(
          'configure_get',
          questions.map(question => JSON.stringify(question)),
          home,
        )
        for (const [index, { folder, profile, key, value }] of settings.entries()) {
          const expected = { code: 0, printed: `${value}\n` }
          assert.deepEqual(said[index], expected, `${folder} ${profile} ${key}`)
        }
      })
      await check(`${commandCalls} of them are what the command says`, async () => {
        const compare = async ({ folder, profile, key, value }: Chosen) =>
          assert.equal(
            await configureGet(folder, profile, key),
            value,
            `${folder} ${profile} ${key}`,
          )
        // Its start takes its time; it does so on two processors.
        const some = settings.slice(0, commandCalls)
        for (let at = 0; at < some.length; at += 2) {
          await Promise.all(some.slice(at, at + 2).map(compare))
        }
      })
    }),
}

function writeFolders(home: string, seed: number): string[] {
  const random = randomFrom(seed)
  return Array.from({ length: count }, (_, index) => {
    const folder = join(home, String(index))
    mkdirSync(folder)
    for (const kind of ['config', 'credentials'] as const) {
      if (random() < 0.9) writeFileSync(join(folder, kind), randomProfiles(random, kind))
    }
    return folder
  })
}

async function readOurs(folder: string): Promise<Answer> {
  const [configFile, credentialsFile] = [join(folder, 'config'), join(folder, 'credentials')]
  try {
    const { profiles, ssoSessions } = await readSharedFiles({ configFile, credentialsFile })
    return { profiles: plain(profiles), sso_sessions: plain(ssoSessions) }
  } catch (error) {
    if (error instanceof AwsError) return { refused: error.code }
    throw error
  }
}

function plain(sections: ReadonlyMap<string, ReadonlyMap<string, Setting>>): Sections {
  const value = (one: Setting) => (typeof one === 'string' ? one : Object.fromEntries(one))
  return Object.fromEntries(
    [...sections].map(([name, section]) => [
      name,
      Object.fromEntries([...section].map(([key, one]) => [key, value(one)])),
    ]),
  )
}

interface Chosen {
  readonly folder: string
  readonly profile: string
  readonly key: string
  readonly value: string
}

/** Settings for the slow command: from files that have been read, each of another pair. */
function chosenSettings(
  folders: readonly string[],
  theirs: readonly Answer[],
  seed: number,
): readonly Chosen[] {
  const random = randomFrom(seed + 1)
  const settings = theirs.flatMap((answer, index) => {
    if ('refused' in answer) return []
    // The command fails over a block where it expects the text of a setting of its own.
    const sections = Object.entries(answer.profiles).filter(([, section]) =>
      Object.values(section).every(value => typeof value === 'string'),
    )
    const inThis = sections.flatMap(([profile, section]) =>
      Object.entries(section).map(([key, value]) => ({ profile, key, value })),
    )
    const one = inThis[Math.floor(random() * inThis.length)]
    // The command reads `a.b` as a path.
    if (one === undefined || typeof one.value !== 'string' || one.key.includes('.')) return []
    return [{ folder: folders[index] ?? '', ...one, value: one.value }]
  })
  assert.ok(settings.length >= asked || count < 500, `${settings.length} settings`)
  return settings.slice(0, asked)
}

async function configureGet(folder: string, profile: string, key: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    '/usr/bin/aws',
    ['configure', 'get', key, '--profile', profile],
    {
      env: {
        ...{ PATH: process.env.PATH, HOME: folder, LC_ALL: 'C.UTF-8' },
        AWS_CONFIG_FILE: join(folder, 'config'),
        AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
      },
      timeout: 60_000,
    },
  )
  return stdout.replace(/\n$/, '')
}
