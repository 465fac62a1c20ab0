import type { Asked } from './in-processes.ts'
import { runSeed } from './run-seed.ts'

// One seed at a time, for the process that forked this one; ends with it.
process.on('disconnect', () => process.exit(0))
process.on('message', (asked) => void runSeed(asked as Asked).then((result) => process.send?.(result)))
