import type { ConfigResult } from './problem.ts'
export async function loadConfig(
  _file: string,
  _options: { env?: Readonly<Record<string, string | undefined>> } = {},
): Promise<ConfigResult> {
  return { ok: false, problems: [], warnings: [] }
}
