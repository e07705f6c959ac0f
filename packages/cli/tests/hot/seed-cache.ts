/** Puts roles of the connection `work` and keys of one of them where the environment says. */
import { seedCache } from './seed.ts'

await seedCache(process.env, 60)
