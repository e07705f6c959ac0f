/** The shared files of AWS's tools, without the rest of the package: for programs that must start fast. */
export { strip } from './blanks.ts'
export { type IniSection, parseIni, type Setting } from './ini.ts'
export { expandHome } from './read-text.ts'
export { type Replacement, replaceFile } from './replace-file.ts'
export { readSharedFiles, type SharedFiles, sharedFilePaths } from './shared-files.ts'
export { shellWord, splitWords } from './split-words.ts'
