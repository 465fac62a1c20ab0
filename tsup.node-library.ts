import { defineConfig } from 'tsup'
import library from './tsup.library.ts'

/**
 * Libraries that run on Node only. On one that is too old their dependencies fail with words about something else, so
 * what says it in plain words (src/needs-node.ts, an entry too) is imported before anything else. A bundler leaves it
 * out, as the package has no side effects.
 */
export default defineConfig({ ...library, banner: { js: "import './needs-node.js'" } })
