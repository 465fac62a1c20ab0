import { compare } from './cases.ts'
import { preview } from './preview.ts'

// What the page calls.
Object.assign(globalThis, { mirrorPreview: { compare, preview } })
