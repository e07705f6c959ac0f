/** `rolecall demo`: the whole gateway on embedded defaults with a simulated AWS. */
import { join } from 'node:path'
import { localUser } from './demo/demo-config.ts'
import { jumpCloudUser } from './demo/demo-world.ts'
import { isFree } from './demo/ports.ts'
import { type Demo, startDemo } from './demo/start-demo.ts'
import { mainJob } from './demo/walk.ts'
import { toldToStop } from './told-to-stop.ts'

const usualPort = 8080

/** The options of `rolecall demo`. */
export interface DemoCommand {
  /** Walk through the main job once, then stop. */
  readonly check: boolean
  /** Port of the gateway; when left out 8080, or a free one if that is taken. */
  readonly port?: number
  readonly json?: boolean
}

/** Runs until it is told to stop, or walks the path once with `check`. Returns the exit code. */
export async function runDemo({ check, port, json = false }: DemoCommand): Promise<number> {
  const wanted = port ?? (!check && (await isFree(usualPort)) ? usualPort : 0)
  const demo = await startDemo({ port: wanted })
  try {
    if (check) return await walk(demo, json)
    const stopped = toldToStop()
    if (json) {
      console.log(JSON.stringify({ url: demo.url, configFile: demo.configFile }))
    } else {
      console.log(welcome(demo))
    }
    await stopped
    return 0
  } finally {
    await demo.close()
  }
}

async function walk({ url, folder, simulator }: Demo, json: boolean): Promise<number> {
  const { stsEndpoint } = simulator
  const steps: { title: string; ok: boolean; seen: string }[] = []
  for (const step of mainJob({ url, stsEndpoint, home: join(folder, 'home') })) {
    const outcome = await step.run().then(
      seen => ({ title: step.title, ok: true, seen }),
      (error: unknown) => ({
        title: step.title,
        ok: false,
        seen: error instanceof Error ? error.message : String(error),
      }),
    )
    steps.push(outcome)
    if (!json) console.log(`${outcome.ok ? 'ok  ' : 'FAIL'}  ${outcome.title}: ${outcome.seen}`)
    if (!outcome.ok) break
  }
  const ok = steps.every(step => step.ok)
  if (json) console.log(JSON.stringify({ ok, steps }))
  else if (ok) console.log(`\nall ${steps.length} steps passed`)
  return ok ? 0 : 1
}

function welcome({ url, configFile, simulator }: Demo): string {
  const { username, password } = localUser
  const jumpCloud = jumpCloudUser
  return `
  Rolecall is running with a simulated AWS. Nothing leaves this machine.

    ${url}

  Press "Acme account" and sign in as   alice, password alice: in most groups
                                  or    bob, password bob: in few
  or with a password of Rolecall's own  ${username}, password ${password}

  As alice type "prod adm" and press Enter: the console opens in the role. Press Keys on a role
  and copy: the keys work with the aws command and the SDKs. As bob open ${url}/aws/billing.

  The command, in another terminal
    alias rolecall='npm run --silent rolecall --'
    rolecall configure ${url}
    rolecall login                           your browser asks you; without one: login --device
    rolecall roles
    rolecall exec prod/Administrator -- aws sts get-caller-identity
    rolecall console prod/ReadOnly

  The same at a JumpCloud, without the gateway: password ${jumpCloud.password}, and the phone says yes
    export AWS_ENDPOINT_URL=${simulator.url}
    rolecall configure -a jc --idp-provider JumpCloud --url ${simulator.jumpCloud?.ssoUrl(jumpCloud.application)} \\
      --username ${jumpCloud.email} --mfa Auto
    rolecall login -a jc

  Who runs the gateway asks it; the file is a good one to read first
    rolecall explain ${username} prod/Administrator -c ${configFile}
    rolecall audit tail -c ${configFile}
    curl -u '${username}:${password}' ${url}/afp-api/latest/account

  What AWS was asked meanwhile: ${simulator.controlUrl}/calls

  Stop with Ctrl-C.
`
}
