/** What we find in shared files is what botocore and `aws configure get` find. */
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { AwsError, readSharedFiles, type Setting } from '@rolecall/aws'
import { inLifetime } from '../lifetime.ts'
import { randomProfiles } from '../random-profiles.ts'
import { randomFrom } from '../random-xml.ts'
import type { Suite } from './suite.ts'

const count = 4_000
const commandCalls = 100

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
      const theirs = await readWithBotocore(folders, home)
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
      await check(`${commandCalls} settings are what aws configure get says`, async () => {
        const settings = chosenSettings(folders, theirs, seed)
        // The command takes its time; it does so on two processors.
        const compare = async (half: number) => {
          for (const { folder, profile, key, value } of settings.filter(
            (_, at) => at % 2 === half,
          )) {
            const said = await configureGet(folder, profile, key)
            assert.equal(said, value, `${folder} ${profile} ${key}`)
          }
        }
        await Promise.all([compare(0), compare(1)])
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

async function readWithBotocore(folders: readonly string[], home: string): Promise<Answer[]> {
  const script = new URL('../peers/python/profiles.py', import.meta.url).pathname
  const child = spawn('/usr/bin/python3', [script], {
    env: { PATH: process.env.PATH, HOME: home, LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 240_000,
  })
  child.stdin.end(`${folders.join('\n')}\n`)
  const answers: Answer[] = []
  for await (const line of createInterface({ input: child.stdout })) answers.push(JSON.parse(line))
  assert.equal(answers.length, folders.length)
  return answers
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

/** Settings for the slow command: from files that have been read, each of another pair. */
function chosenSettings(folders: readonly string[], theirs: readonly Answer[], seed: number) {
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
  assert.ok(settings.length > commandCalls)
  return settings.slice(0, commandCalls)
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
