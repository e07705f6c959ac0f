import { z } from 'zod'
import { fileSchema } from './schema.ts'

/** The file format as JSON schema (draft 2020-12), for editors and other tools. */
export function configJsonSchema(): Record<string, unknown> {
  return { title: 'Rolecall configuration', ...z.toJSONSchema(fileSchema, { io: 'input' }) }
}
