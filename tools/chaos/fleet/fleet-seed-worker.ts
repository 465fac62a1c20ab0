import type { Asked } from '../../../packages/hub-controller/chaos/in-processes.ts'
import { runFleetSeed } from './run-fleet-seed.ts'

// One seed at a time, for the process that forked this one; ends with it.
process.on('disconnect', () => process.exit(0))
process.on('message', (asked) => void runFleetSeed(asked as Asked).then((result) => process.send?.(result)))
