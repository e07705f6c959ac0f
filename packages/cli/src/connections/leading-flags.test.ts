import { expect, test } from 'vitest'
import { flagsBehindVerb } from './leading-flags.ts'

test.each([
  ['-a work login', 'login -a work'],
  [
    '--verbose -s --idp-account=work exec --role x -- aws --version',
    'exec --verbose -s --idp-account=work --role x -- aws --version',
  ],
  ['-awork --skip-prompt login --force', 'login -awork --skip-prompt --force'],
  [
    '--prompter pinentry --url https://a configure',
    'configure --prompter pinentry --url https://a',
  ],
  ['login -a work', 'login -a work'],
  ['--version', '--version'],
  ['-V', '-V'],
  ['--completion-script-bash', 'completion bash'],
  ['--help-long', '--help'],
  ['--help -a work', '--help -a work'],
  ['-a work --unknown login', '-a work --unknown login'],
  ['-a', '-a'],
  ['', ''],
])('%s is taken as %s', (words, taken) => {
  expect(flagsBehindVerb(words.split(' ')).join(' ')).toBe(taken)
})
