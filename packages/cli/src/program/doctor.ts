import type { Command } from 'commander'
import type { DoctorOptions as SetupOptions } from '../verbs/doctor.ts'
import { connectionOptions } from './connection-options.ts'
import { type AddVerbs, examples } from './verb.ts'

/** `rolecall doctor …` */
export const addDoctor: AddVerbs = (program, terminal, done) => {
  const doctor = program
    .command('doctor')
    .description('find out what keeps this command from working here')
    .helpCommand(false)
  examples(
    connectionOptions(doctor)
      .option('--offline', 'ask nobody: files and this machine only')
      .option('--json', 'print JSON: {works, files, connections, vault, browser, findings}'),
    ['rolecall doctor', 'rolecall doctor -a work', 'rolecall doctor --json | jq .findings'],
    'The exit code is 0 without an error, 13 when only a server cannot be reached, else 3. It prints no secret.',
  ).action(async (options: SetupOptions) => {
    const { doctor: run } = await import('../verbs/doctor.ts')
    done(await run(options, terminal))
  })
  examples(
    doctor
      .command('aws')
      .description('say where AWS credentials come from, whether AWS takes them, and what is wrong')
      .option('--profile <name>', 'the profile to use; default: the variables, then AWS_PROFILE')
      .option(
        '--region <region>',
        'the region to ask AWS in; default: as set in variables or profile',
      )
      .option('--offline', 'ask nobody and run no program: variables and files only')
      .option(
        '--json',
        'print JSON: {works, profile, region, endpoint, sources, winner, identity, …}',
      ),
    [
      'rolecall doctor aws',
      'rolecall doctor aws --profile prod --region eu-central-1',
      'rolecall doctor aws --json | jq .findings',
    ],
    'The exit code is 0 when the credentials work and 8 when not. It prints no secret.',
  ).action(async (_: DoctorOptions, command: Command) => {
    // `doctor` has options of the same names, and takes them wherever they stand.
    const { profile, region, offline, json } = command.optsWithGlobals<DoctorOptions>()
    const { doctorAws } = await import('../verbs/doctor-aws.ts')
    done(await doctorAws(given({ profile, region, offline, json }), terminal))
  })
}

interface DoctorOptions {
  readonly profile?: string
  readonly region?: string
  readonly offline?: boolean
  readonly json?: boolean
}

/** Without what was not said. */
function given(
  options: { readonly [Key in keyof DoctorOptions]: DoctorOptions[Key] | undefined },
): DoctorOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}
