import { type AddVerbs, examples } from './verb.ts'

/** `rolecall doctor …` */
export const addDoctor: AddVerbs = (program, terminal, done) => {
  const doctor = program
    .command('doctor')
    .description('find out why something does not work')
    .helpCommand(false)
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
  ).action(async (options: DoctorOptions) => {
    const { doctorAws } = await import('../verbs/doctor-aws.ts')
    done(await doctorAws(options, terminal))
  })
}

interface DoctorOptions {
  readonly profile?: string
  readonly region?: string
  readonly offline?: boolean
  readonly json?: boolean
}
