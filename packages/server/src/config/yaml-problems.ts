/**
 * What the YAML reader's error codes mean here. Its own messages quote the text of the file, which
 * may be a secret, so they are not used.
 */
interface Explanation {
  readonly message: string
  readonly remedy: string
}

const duplicate = {
  message: 'this key stands here for the second time',
  remedy: 'keep one of the two',
}
const quoting = 'put the value in quotes if it holds one of : # * & ! | > % @ ` { } [ ]'

const explanations: Readonly<Record<string, Explanation>> = {
  ALIASES: {
    message: 'aliases (`*name`) unfold into more than 100 values',
    remedy: 'write the values out',
  },
  BAD_ALIAS: { message: 'an alias (`*name`) that names nothing', remedy: quoting },
  BAD_DQ_ESCAPE: {
    message: 'an escape in double quotes that YAML does not know',
    remedy: 'use single quotes, or write the backslash twice',
  },
  BAD_INDENT: {
    message: 'the indentation does not fit the lines around it',
    remedy: 'indent keys of one map by the same number of spaces',
  },
  BAD_SCALAR_START: { message: 'a value cannot begin with this character', remedy: quoting },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a nested value stands on the line of a key',
    remedy: `begin it on its own line; or ${quoting}`,
  },
  DUPLICATE_KEY: duplicate,
  MISSING_CHAR: {
    message: 'a character is missing: a closing quote or bracket, a colon or a space',
    remedy: 'look at this line and the one before',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'a key is not followed by a colon',
    remedy: 'write `key: value`, or indent the line as part of the value above',
  },
  MULTIPLE_DOCS: {
    message: 'a second document begins here',
    remedy: 'remove the line `---`: one file is one configuration',
  },
  NON_STRING_KEY: { message: 'a key is not plain text', remedy: 'use a word as the key' },
  TAB_AS_INDENT: {
    message: 'a tab is used for indentation, which YAML forbids',
    remedy: 'use spaces',
  },
  TAG_RESOLVE_FAILED: {
    message: 'a tag (`!name`) that this file format does not have',
    remedy: `remove it; or ${quoting}`,
  },
}

const unknown: Explanation = {
  message: 'this is not YAML as the reader knows it',
  remedy: `look at this line and the one before; ${quoting}`,
}

/** Explains one of the YAML reader's error codes. */
export function yamlProblem(code: string): Explanation {
  return explanations[code] ?? unknown
}
